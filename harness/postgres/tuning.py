"""Settings of the embedded server. All others have PostgreSQL's defaults.

fsync, synchronous_commit and full_page_writes keep their defaults so that the benchmark's writes reach the disk.
"""

SETTINGS: dict[str, str] = {
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "256MB",
    # Memory of parallel workers, allocated at the start: containers often have only 64 MB in /dev/shm.
    "min_dynamic_shared_memory": "64MB",
    # Nearly all machines have their data on solid-state disks or in memory.
    "random_page_cost": "1.1",
    # With the defaults, checkpoints would disturb some measured rounds and not others.
    "max_wal_size": "4GB",
    "min_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    # Queries take milliseconds; to compile one takes longer. The embedded server has no JIT.
    "jit": "off",
    # Clones share the blocks of the template if the file system supports it.
    "file_copy_method": "clone",
    # A password of 128 random bits needs no slow hash, which would delay every new connection.
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
