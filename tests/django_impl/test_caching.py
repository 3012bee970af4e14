"""How the cache of Django uses Redis."""

from django.core.cache.backends.redis import RedisCache

from django_impl.common.caching.storage import PlainSerializer, SharedPool, key_in_redis


def test_all_caches_of_a_process_share_a_pool() -> None:
    caches = [RedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"pool_class": SharedPool}}) for _ in range(2)]
    clients = [cache._cache.get_client() for cache in caches]

    assert clients[0].connection_pool is clients[1].connection_pool


def test_bytes_and_integers_are_stored_as_they_are() -> None:
    serializer = PlainSerializer()

    assert [serializer.dumps(value) for value in (b"{}", 7)] == [b"{}", 7]
    assert [serializer.loads(stored) for stored in (b"{}", b"7")] == [b"{}", 7]


def test_keys_have_no_version() -> None:
    assert key_in_redis("product:cup", "shop:generation", 1) == "shop:generation:product:cup"
