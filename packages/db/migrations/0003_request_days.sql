-- What sorts before the id of every request made at this time or later: ids begin with 48 bits of Unix time in ms, in
-- Crockford's base 32.
CREATE FUNCTION weir_request_id_floor(at timestamptz) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  rest bigint := floor(extract(epoch FROM at) * 1000);
  digits text := '';
BEGIN
  FOR i IN 1..10 LOOP
    digits := substr('0123456789abcdefghjkmnpqrstvwxyz', (rest & 31)::int + 1, 1) || digits;
    rest := rest >> 5;
  END LOOP;
  RETURN 'req_' || digits;
END
$$;
--> statement-breakpoint
-- Makes the partitions `requests_YYYYMMDD` of so many days of UTC, where they are missing. Half of each page is left
-- free: a row is written twice, and its second version fits beside the first, so that no index has to be touched.
CREATE FUNCTION weir_ensure_request_days(first_day date, days int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  day date;
  name text;
BEGIN
  FOR day IN SELECT first_day + i FROM generate_series(0, days - 1) AS i LOOP
    name := 'requests_' || to_char(day, 'YYYYMMDD');
    CONTINUE WHEN to_regclass(name) IS NOT NULL;
    -- The lock of `ADVISORY_LOCKS.requestDays`: whoever comes second finds the partition made.
    PERFORM pg_advisory_xact_lock(7231947);
    EXECUTE format(
      'CREATE TABLE IF NOT EXISTS %I PARTITION OF requests FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = 50)',
      name,
      weir_request_id_floor(day::timestamp AT TIME ZONE 'UTC'),
      weir_request_id_floor((day + 1)::timestamp AT TIME ZONE 'UTC')
    );
  END LOOP;
END
$$;
--> statement-breakpoint
ALTER TABLE "requests" RENAME TO "requests_undivided";
--> statement-breakpoint
ALTER TABLE "requests_undivided" DROP CONSTRAINT "requests_account_id_id_pk";
--> statement-breakpoint
DROP INDEX "requests_key", "requests_hold_expires";
--> statement-breakpoint
-- Bounds are compared byte by byte, whatever the database's own collation.
ALTER TABLE "requests_undivided" ALTER COLUMN "id" TYPE text COLLATE "C";
--> statement-breakpoint
CREATE TABLE "requests" (LIKE "requests_undivided" INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE ("id");
--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_account_id_id_pk" PRIMARY KEY ("account_id", "id");
--> statement-breakpoint
CREATE INDEX "requests_key" ON "requests" USING btree ("account_id","key_id","id");
--> statement-breakpoint
CREATE INDEX "requests_hold_expires" ON "requests" USING btree ("hold_expires_at");
--> statement-breakpoint
-- The id's time is the relay's clock, which may be a little off the database's.
DO $$
DECLARE
  oldest date := (SELECT (coalesce(min(created_at), now()) AT TIME ZONE 'UTC')::date - 1 FROM requests_undivided);
BEGIN
  PERFORM weir_ensure_request_days(oldest, (now() AT TIME ZONE 'UTC')::date - oldest + 8);
END
$$;
--> statement-breakpoint
INSERT INTO "requests" SELECT * FROM "requests_undivided";
--> statement-breakpoint
DROP TABLE "requests_undivided";
--> statement-breakpoint
INSERT INTO "hold_sweep" ("swept_to") VALUES ('-infinity');
--> statement-breakpoint
-- What the counters would say, had they been kept from the beginning.
UPDATE "accounts" SET "running" = open.calls
FROM (SELECT account_id, count(*) AS calls FROM requests WHERE state = 'held' GROUP BY account_id) AS open
WHERE open.account_id = accounts.id;
--> statement-breakpoint
INSERT INTO "key_spend" ("key_id", "account_id", "held_nano_usd", "running", "spent_total_nano_usd", "last_used_at")
SELECT api_keys.id, api_keys.account_id, coalesce(sum(hold_nano_usd) FILTER (WHERE state = 'held'), 0),
       count(*) FILTER (WHERE state = 'held'), coalesce(sum(charge_nano_usd), 0), max(requests.created_at)
FROM api_keys LEFT JOIN requests ON requests.account_id = api_keys.account_id AND requests.key_id = api_keys.id
GROUP BY api_keys.id;
--> statement-breakpoint
INSERT INTO "usage_hourly"
SELECT account_id, date_trunc('hour', created_at, 'UTC'), key_id, model_id, count(*),
       count(*) FILTER (WHERE state <> 'settled' AND outcome NOT IN ('ok', 'client_closed')),
       coalesce(sum(input_tokens), 0), coalesce(sum(cached_input_tokens), 0), coalesce(sum(output_tokens), 0),
       coalesce(sum(reasoning_tokens), 0), sum(charge_nano_usd), coalesce(sum(first_byte_ms), 0), count(first_byte_ms)
FROM requests WHERE state <> 'held' GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
INSERT INTO "usage_daily"
SELECT account_id, (hour AT TIME ZONE 'UTC')::date, key_id, model_id, sum(requests), sum(failed), sum(input_tokens),
       sum(cached_input_tokens), sum(output_tokens), sum(reasoning_tokens), sum(charge_nano_usd),
       sum(first_byte_ms_sum), sum(first_byte_count)
FROM usage_hourly GROUP BY 1, 2, 3, 4;
--> statement-breakpoint
-- Rows that every call changes: room for the next version on the same page.
ALTER TABLE "accounts" SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE "key_spend" SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE "usage_hourly" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "usage_daily" SET (fillfactor = 70);
--> statement-breakpoint
-- A key has its counters from the beginning, whoever makes it: a call has a row to lock.
CREATE FUNCTION weir_begin_key_spend() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO key_spend (key_id, account_id) VALUES (NEW.id, NEW.account_id);
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER api_keys_begin_spend AFTER INSERT ON "api_keys" FOR EACH ROW EXECUTE FUNCTION weir_begin_key_spend();
--> statement-breakpoint
-- Relays know a caller together with the margin of its account's group. An empty notice means: any key.
CREATE FUNCTION weir_notify_callers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('weir_key_changed', '');
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER accounts_notify AFTER UPDATE OF "group_id" ON "accounts" FOR EACH STATEMENT EXECUTE FUNCTION weir_notify_callers();
--> statement-breakpoint
CREATE TRIGGER account_groups_notify AFTER UPDATE ON "account_groups" FOR EACH STATEMENT EXECUTE FUNCTION weir_notify_callers();
