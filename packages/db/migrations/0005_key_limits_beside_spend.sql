ALTER TABLE "key_spend" ADD COLUMN "budget_total_nano_usd" bigint;--> statement-breakpoint
ALTER TABLE "key_spend" ADD COLUMN "budget_day_nano_usd" bigint;--> statement-breakpoint
ALTER TABLE "key_spend" ADD COLUMN "budget_week_nano_usd" bigint;--> statement-breakpoint
ALTER TABLE "key_spend" ADD COLUMN "budget_month_nano_usd" bigint;--> statement-breakpoint
ALTER TABLE "key_spend" ADD COLUMN "concurrency_max" integer;
--> statement-breakpoint
UPDATE "key_spend" SET
  "budget_total_nano_usd" = api_keys.budget_total_nano_usd, "budget_day_nano_usd" = api_keys.budget_day_nano_usd,
  "budget_week_nano_usd" = api_keys.budget_week_nano_usd, "budget_month_nano_usd" = api_keys.budget_month_nano_usd,
  "concurrency_max" = api_keys.concurrency_max
FROM api_keys WHERE api_keys.id = key_spend.key_id;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION weir_begin_key_spend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO key_spend (key_id, account_id, budget_total_nano_usd, budget_day_nano_usd, budget_week_nano_usd,
                         budget_month_nano_usd, concurrency_max)
  VALUES (NEW.id, NEW.account_id, NEW.budget_total_nano_usd, NEW.budget_day_nano_usd, NEW.budget_week_nano_usd,
          NEW.budget_month_nano_usd, NEW.concurrency_max);
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- Waits for holds under way; those that come after it are judged by the new limits.
CREATE FUNCTION weir_limit_key_spend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE key_spend SET
    budget_total_nano_usd = NEW.budget_total_nano_usd, budget_day_nano_usd = NEW.budget_day_nano_usd,
    budget_week_nano_usd = NEW.budget_week_nano_usd, budget_month_nano_usd = NEW.budget_month_nano_usd,
    concurrency_max = NEW.concurrency_max
  WHERE key_id = NEW.id;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER api_keys_limit_spend
AFTER UPDATE OF "budget_total_nano_usd", "budget_day_nano_usd", "budget_week_nano_usd", "budget_month_nano_usd", "concurrency_max"
ON "api_keys" FOR EACH ROW EXECUTE FUNCTION weir_limit_key_spend();
