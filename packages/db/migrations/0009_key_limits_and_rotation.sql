CREATE TABLE "key_leak_reports" (
	"hash" text NOT NULL,
	"scanner" text NOT NULL,
	"key_id" text NOT NULL,
	"reported_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "key_leak_reports_hash_scanner_pk" PRIMARY KEY("hash","scanner")
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "requests_per_minute_max" integer;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "tokens_per_minute_max" integer;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "models" text[];--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "addresses" text[];--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "previous_hash" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "previous_last4" text;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "previous_expires_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "rotated_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "disabled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "leaked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "cuts_running" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "account_groups" ADD COLUMN "key_concurrency_max" integer;--> statement-breakpoint
ALTER TABLE "account_groups" ADD COLUMN "key_requests_per_minute_max" integer;--> statement-breakpoint
ALTER TABLE "account_groups" ADD COLUMN "key_tokens_per_minute_max" integer;--> statement-breakpoint
ALTER TABLE "key_spend" ADD COLUMN "minute" integer;--> statement-breakpoint
ALTER TABLE "key_spend" ADD COLUMN "requests_minute" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "key_spend" ADD COLUMN "tokens_minute" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "key_spend" ADD COLUMN "previous_secret_used_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "key_spend" ADD COLUMN "requests_per_minute_max" integer;--> statement-breakpoint
ALTER TABLE "key_spend" ADD COLUMN "tokens_per_minute_max" integer;--> statement-breakpoint
ALTER TABLE "key_leak_reports" ADD CONSTRAINT "key_leak_reports_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "key_leak_reports_key" ON "key_leak_reports" USING btree ("key_id");--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_previous_hash_unique" ON "api_keys" USING btree ("previous_hash");--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_rates_positive" CHECK (least("api_keys"."requests_per_minute_max", "api_keys"."tokens_per_minute_max") > 0);--> statement-breakpoint
ALTER TABLE "account_groups" ADD CONSTRAINT "account_groups_key_limits_positive" CHECK (least("account_groups"."key_concurrency_max", "account_groups"."key_requests_per_minute_max", "account_groups"."key_tokens_per_minute_max") > 0);--> statement-breakpoint
-- By hand:
-- The limits that hold for a key: its own, and its account's group's, whichever is lower.
CREATE FUNCTION weir_copy_key_limits(text[]) RETURNS void LANGUAGE sql AS $$
  UPDATE key_spend SET
    budget_total_nano_usd = key.budget_total_nano_usd, budget_day_nano_usd = key.budget_day_nano_usd,
    budget_week_nano_usd = key.budget_week_nano_usd, budget_month_nano_usd = key.budget_month_nano_usd,
    concurrency_max = least(key.concurrency_max, account_group.key_concurrency_max),
    requests_per_minute_max = least(key.requests_per_minute_max, account_group.key_requests_per_minute_max),
    tokens_per_minute_max = least(key.tokens_per_minute_max, account_group.key_tokens_per_minute_max)
  FROM api_keys key
  JOIN accounts account ON account.id = key.account_id
  LEFT JOIN account_groups account_group ON account_group.id = account.group_id
  WHERE key.id = key_spend.key_id AND key_spend.key_id = ANY($1)
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION weir_begin_key_spend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO key_spend (key_id, account_id) VALUES (NEW.id, NEW.account_id);
  PERFORM weir_copy_key_limits(ARRAY[NEW.id]);
  RETURN NULL;
END
$$;
--> statement-breakpoint
-- Waits for holds under way; those that come after it are judged by the new limits.
CREATE OR REPLACE FUNCTION weir_limit_key_spend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM weir_copy_key_limits(ARRAY[NEW.id]);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER api_keys_limit_spend
AFTER UPDATE OF "budget_total_nano_usd", "budget_day_nano_usd", "budget_week_nano_usd", "budget_month_nano_usd",
  "concurrency_max", "requests_per_minute_max", "tokens_per_minute_max"
ON "api_keys" FOR EACH ROW EXECUTE FUNCTION weir_limit_key_spend();
--> statement-breakpoint
-- Accounts are locked first, in the order of their ids, as everybody does.
CREATE FUNCTION weir_limit_group_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM accounts WHERE group_id = NEW.id ORDER BY id FOR NO KEY UPDATE;
  -- So that a key's own limits, should they be changed at this moment, are read as they are then.
  PERFORM 1 FROM api_keys key JOIN accounts account ON account.id = key.account_id
  WHERE account.group_id = NEW.id ORDER BY key.id FOR SHARE OF key;
  PERFORM weir_copy_key_limits(ARRAY(
    SELECT key.id FROM api_keys key JOIN accounts account ON account.id = key.account_id
    WHERE account.group_id = NEW.id ORDER BY key.id
  ));
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER account_groups_limit_keys
AFTER UPDATE OF "key_concurrency_max", "key_requests_per_minute_max", "key_tokens_per_minute_max"
ON "account_groups" FOR EACH ROW EXECUTE FUNCTION weir_limit_group_keys();
--> statement-breakpoint
CREATE FUNCTION weir_limit_account_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM account_groups WHERE id = NEW.group_id FOR SHARE;
  PERFORM 1 FROM api_keys WHERE account_id = NEW.id ORDER BY id FOR SHARE;
  PERFORM weir_copy_key_limits(ARRAY(SELECT id FROM api_keys WHERE account_id = NEW.id ORDER BY id));
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER accounts_limit_keys
AFTER UPDATE OF "group_id" ON "accounts" FOR EACH ROW EXECUTE FUNCTION weir_limit_account_keys();
--> statement-breakpoint
-- A relay knows a caller by the hash of the secret that it came with: told of each that a key has or had.
CREATE FUNCTION weir_notify_key() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed text;
BEGIN
  FOR changed IN
    SELECT DISTINCT hash FROM unnest(ARRAY[OLD.hash, OLD.previous_hash, NEW.hash, NEW.previous_hash]) AS hash
    WHERE hash IS NOT NULL
  LOOP
    PERFORM pg_notify('weir_key_changed', changed);
  END LOOP;
  -- After it: who is ended must not be admitted again.
  IF NEW.cuts_running THEN
    PERFORM pg_notify('weir_key_cut', NEW.id);
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER api_keys_notify
AFTER INSERT OR UPDATE OR DELETE ON "api_keys" FOR EACH ROW EXECUTE FUNCTION weir_notify_key();
--> statement-breakpoint
CREATE OR REPLACE FUNCTION weir_notify_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('weir_routing_changed', '');
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER key_leak_reports_append_only BEFORE UPDATE OR DELETE ON "key_leak_reports" FOR EACH STATEMENT EXECUTE FUNCTION weir_refuse_change();
