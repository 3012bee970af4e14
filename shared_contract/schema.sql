-- The tables of the contract, on PostgreSQL 18 or newer, in a database with the builtin C.UTF-8 locale.
--
-- `manage.py migrate` and `alembic upgrade head` each create exactly these tables. A test compares the three catalogs
-- (columns, types, defaults, nullability, constraints and indexes with their names). The names of foreign keys are those
-- that Django generates, because SQLAlchemy can use any name.

CREATE TABLE users (
    id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT users_pkey PRIMARY KEY,
    email varchar(254) NOT NULL,
    password varchar(128) NOT NULL,
    full_name varchar(150) NOT NULL,
    is_active boolean NOT NULL,
    is_staff boolean NOT NULL,
    is_superuser boolean NOT NULL,
    last_login timestamptz,
    created_at timestamptz DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_email_check CHECK (email = lower(email))
);

CREATE TABLE categories (
    id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT categories_pkey PRIMARY KEY,
    name varchar(100) NOT NULL,
    slug varchar(120) NOT NULL,
    description text NOT NULL,
    parent_id uuid,
    created_at timestamptz DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT categories_name_key UNIQUE (name),
    CONSTRAINT categories_slug_key UNIQUE (slug),
    CONSTRAINT categories_parent_id_check CHECK (NOT (parent_id = id AND parent_id IS NOT NULL))
);
CREATE INDEX categories_name_id_idx ON categories (name, id);
CREATE INDEX categories_parent_id_idx ON categories (parent_id);

CREATE TABLE products (
    id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT products_pkey PRIMARY KEY,
    name varchar(200) NOT NULL,
    slug varchar(220) NOT NULL,
    description text NOT NULL,
    price numeric(10, 2) NOT NULL,
    stock integer NOT NULL,
    category_id uuid NOT NULL,
    image varchar(255),
    is_active boolean NOT NULL,
    created_by_id uuid,
    created_at timestamptz DEFAULT statement_timestamp() NOT NULL,
    updated_at timestamptz DEFAULT statement_timestamp() NOT NULL,
    search_vector tsvector GENERATED ALWAYS AS (
        to_tsvector('simple'::regconfig, regexp_replace(name || ' ' || description, '[^[:alnum:]]+', ' ', 'g'))
    ) STORED,
    CONSTRAINT products_slug_key UNIQUE (slug),
    CONSTRAINT products_price_check CHECK (price > 0),
    CONSTRAINT products_stock_check CHECK (stock >= 0)
);
CREATE INDEX products_created_at_id_idx ON products (created_at, id);
CREATE INDEX products_price_id_idx ON products (price, id);
CREATE INDEX products_name_id_idx ON products (name, id);
CREATE INDEX products_category_created_idx ON products (category_id, created_at, id);
CREATE INDEX products_category_active_idx ON products (category_id) WHERE is_active;
CREATE INDEX products_created_by_id_idx ON products (created_by_id);
CREATE INDEX products_search_vector_idx ON products USING gin (search_vector);

CREATE TABLE orders (
    id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT orders_pkey PRIMARY KEY,
    customer_id uuid NOT NULL,
    status varchar(10) NOT NULL,
    total numeric(16, 2) NOT NULL,
    idempotency_key varchar(255),
    created_at timestamptz DEFAULT statement_timestamp() NOT NULL,
    updated_at timestamptz DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT orders_customer_id_idempotency_key_key UNIQUE (customer_id, idempotency_key),
    CONSTRAINT orders_status_check CHECK (status IN ('pending', 'paid', 'shipped', 'cancelled')),
    CONSTRAINT orders_total_check CHECK (total > 0)
);
CREATE INDEX orders_created_at_id_idx ON orders (created_at, id);
CREATE INDEX orders_customer_created_idx ON orders (customer_id, created_at, id);

CREATE TABLE order_items (
    id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT order_items_pkey PRIMARY KEY,
    order_id uuid NOT NULL,
    position smallint NOT NULL,
    product_id uuid NOT NULL,
    product_slug varchar(220) NOT NULL,
    product_name varchar(200) NOT NULL,
    unit_price numeric(10, 2) NOT NULL,
    quantity integer NOT NULL,
    CONSTRAINT order_items_order_id_position_key UNIQUE (order_id, position),
    CONSTRAINT order_items_quantity_check CHECK (quantity > 0)
);
CREATE INDEX order_items_product_id_idx ON order_items (product_id);

-- The counts of requests. They need not survive a crash of the server.
CREATE UNLOGGED TABLE throttles (
    key uuid NOT NULL CONSTRAINT throttles_pkey PRIMARY KEY,
    count integer NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX throttles_expires_at_idx ON throttles (expires_at);

-- What happened, stored in the transaction in which it happened. An event with a task is also a job: `next_attempt_at` is
-- set until the effect of the task has happened (`finished_at`) or its attempts are used up (`failed_at`).
-- Events are read in the order of (transaction_id, id), up to the oldest transaction that is still open, because rows do
-- not become visible in the order of their ids.
CREATE TABLE outbox (
    id uuid DEFAULT uuidv7() NOT NULL CONSTRAINT outbox_pkey PRIMARY KEY,
    transaction_id bigint DEFAULT pg_current_xact_id()::text::bigint NOT NULL,
    type varchar(40) NOT NULL,
    data jsonb NOT NULL,
    customer_id uuid,
    is_public boolean NOT NULL,
    created_at timestamptz DEFAULT statement_timestamp() NOT NULL,
    next_attempt_at timestamptz,
    attempts smallint NOT NULL,
    finished_at timestamptz,
    failed_at timestamptz,
    error text NOT NULL,
    traceparent varchar(55) DEFAULT '' NOT NULL -- of W3C Trace Context, so that the task continues the trace
);
CREATE INDEX outbox_transaction_id_id_idx ON outbox (transaction_id, id);
CREATE INDEX outbox_created_at_idx ON outbox (created_at);
CREATE INDEX outbox_next_attempt_at_idx ON outbox (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX outbox_failed_at_idx ON outbox (failed_at) WHERE failed_at IS NOT NULL;

-- The commit of an event wakes those that wait for it. A trigger costs the request no round trip.
CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NOTIFY outbox; RETURN NULL; END $$;
CREATE TRIGGER outbox_notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox();

-- The report of each day, in UTC. The lists are limited, the counts are complete.
CREATE TABLE daily_reports (
    date date NOT NULL CONSTRAINT daily_reports_pkey PRIMARY KEY,
    new_product_count integer NOT NULL,
    low_stock_count integer NOT NULL,
    new_products jsonb NOT NULL,
    low_stock jsonb NOT NULL,
    created_at timestamptz NOT NULL
);

-- All foreign keys are checked at the end of the transaction. Only the author of a product is set to NULL on deletion.
ALTER TABLE categories ADD CONSTRAINT categories_parent_id_fc02df82_fk_categories_id
    FOREIGN KEY (parent_id) REFERENCES categories (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE products ADD CONSTRAINT products_category_id_a7a3a156_fk_categories_id
    FOREIGN KEY (category_id) REFERENCES categories (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE products ADD CONSTRAINT products_created_by_id_924ff91a_fk_users_id
    FOREIGN KEY (created_by_id) REFERENCES users (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE orders ADD CONSTRAINT orders_customer_id_b7016332_fk_users_id
    FOREIGN KEY (customer_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE order_items ADD CONSTRAINT order_items_order_id_412ad78b_fk_orders_id
    FOREIGN KEY (order_id) REFERENCES orders (id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE order_items ADD CONSTRAINT order_items_product_id_dd557d5a_fk_products_id
    FOREIGN KEY (product_id) REFERENCES products (id) DEFERRABLE INITIALLY DEFERRED;
