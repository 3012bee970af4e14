from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import UUID7, Lower, Now

from django_impl.users.queries import UserManager


class Throttle(models.Model):
    """The number of requests in one window. `key` is the UUID of a limit and of what it limits."""

    key = models.UUIDField(primary_key=True)
    count = models.IntegerField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "throttles"
        indexes = [models.Index(fields=["expires_at"], name="throttles_expires_at_idx")]


class User(AbstractBaseUser, PermissionsMixin):
    """A user, who signs in with an e-mail address. Staff manage the shop, other users are customers."""

    id = models.UUIDField(primary_key=True, db_default=UUID7(), editable=False)
    email = models.EmailField(max_length=254)
    full_name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        db_table = "users"
        constraints = [
            models.UniqueConstraint(fields=["email"], name="users_email_key"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="users_email_check"),
        ]
