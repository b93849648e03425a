-- By which version of the workflow an order goes, and whether its task is stuck. Which versions are still gone by is read from the
-- index of what is due alone, which is as long as there are orders under way.
ALTER TABLE orders ADD COLUMN workflow INTEGER NOT NULL DEFAULT 1;
ALTER TABLE orders ADD COLUMN is_stuck INTEGER NOT NULL DEFAULT 0;
DROP INDEX orders_due;
CREATE INDEX orders_due ON orders (due_at, workflow) WHERE due_at IS NOT NULL;
CREATE INDEX orders_stuck ON orders (id, workflow) WHERE is_stuck = 1;
