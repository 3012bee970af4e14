SELECT products.id, products.name, products.slug, products.description, price, stock,
       categories.slug AS category, categories.name AS category_name,
       image, is_active, products.created_at, updated_at
FROM products JOIN categories ON categories.id = category_id WHERE is_active
ORDER BY products.$column $direction, products.id $direction LIMIT 21;
