-- Enough rows for a page of 100: categories in a tree, a product in each, and orders of one customer.
INSERT INTO categories (name, slug, description, parent_id)
SELECT 'Shelf ' || n, 'shelf-' || n, '', (SELECT id FROM categories WHERE slug = 'kitchen') FROM generate_series(1, 120) n;

INSERT INTO products (name, slug, description, price, stock, category_id, is_active)
SELECT 'Thing ' || n, 'thing-' || n, 'Counted, not weighed.', 1 + n, 100000, category.id, true
FROM generate_series(1, 120) n JOIN categories category ON category.slug = 'shelf-' || n;

INSERT INTO orders (customer_id, status, total)
SELECT id, 'pending', 10 FROM users, generate_series(1, 120) WHERE email = 'shopper@example.com';

INSERT INTO order_items (order_id, position, product_id, product_slug, product_name, unit_price, quantity)
SELECT one.id, n, product.id, product.slug, product.name, product.price, 1
FROM orders one CROSS JOIN generate_series(1, 3) n JOIN products product ON product.slug = 'thing-' || n
WHERE NOT EXISTS (SELECT FROM order_items WHERE order_id = one.id);
