"""Settings of the embedded server. What is not named here has PostgreSQL's default, and durability (fsync,
synchronous_commit, full_page_writes) is left as it is on purpose: the benchmark's writes reach the disk."""

SETTINGS: dict[str, str] = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "256MB",
    # Memory of parallel workers, taken at start: containers often have only 64 MB in /dev/shm.
    "min_dynamic_shared_memory": "64MB",
    # Data lies on solid-state disks or in memory nearly everywhere.
    "random_page_cost": "1.1",
    # Few and early checkpoints would fall into some measured rounds and not into others.
    "max_wal_size": "4GB",
    "min_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    # Every query here takes milliseconds; compiling one would cost more. The embedded server has no JIT anyway.
    "jit": "off",
    # Clones share the template's blocks where the file system can.
    "file_copy_method": "clone",
    # A password of 128 random bits needs no slow derivation, which every new connection would pay for.
    "scram_iterations": "1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %d ",
}

REPORTED = (
    "server_version",
    *SETTINGS,
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "wal_level",
    "io_method",
    "autovacuum",
    "work_mem",
)
