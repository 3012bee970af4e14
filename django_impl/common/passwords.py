"""Password hashing with the parameters that both wings share."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from django_impl.common.contract import PASSWORDS


class SharedArgon2PasswordHasher(Argon2PasswordHasher):
    """argon2id as settings.yaml has it, so that no sign-in finds a hash to renew."""

    time_cost = PASSWORDS["time_cost"]
    memory_cost = PASSWORDS["memory_cost_kib"]
    parallelism = PASSWORDS["parallelism"]
