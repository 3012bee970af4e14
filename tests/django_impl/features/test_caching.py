from unittest.mock import patch

from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse

from django_impl.common.caching.listener import listener
from tests.django_impl.features.base import FeatureTestCase


class CachingTests(FeatureTestCase):
    def test_cached_responses_are_those_without_a_cache_and_cost_no_query(self) -> None:
        self.addCleanup(cache.clear)
        for path in (reverse("product-detail", args=[self.product.slug]), reverse("product-featured")):
            uncached = self.client.get(path)
            with override_settings(CACHING=True), patch.object(listener, "is_listening", True):
                first = self.client.get(path)
                with self.assertNumQueries(0):
                    later = self.client.get(path)

            assert uncached.content == first.content == later.content
            for response in (uncached, first, later):
                del response.headers["X-Request-ID"]
            assert uncached.headers == first.headers == later.headers
