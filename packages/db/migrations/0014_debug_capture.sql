CREATE TYPE "public"."capture_log_action" AS ENUM('on', 'off', 'deleted', 'over');--> statement-breakpoint
CREATE TABLE "capture_log" (
	"id" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"account_id" text NOT NULL,
	"key_id" text NOT NULL,
	"capture_id" text NOT NULL,
	"user_id" text,
	"action" "capture_log_action" NOT NULL,
	"ends_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "capture_records" (
	"capture_id" text NOT NULL,
	"request_id" text NOT NULL,
	"account_id" text NOT NULL,
	"model_id" text,
	"status" integer,
	"started_at" timestamp with time zone NOT NULL,
	"duration_ms" integer NOT NULL,
	"request_bytes" integer NOT NULL,
	"reply_bytes" integer NOT NULL,
	"encapsulated" "bytea" NOT NULL,
	"sealed_request" "bytea" NOT NULL,
	"sealed_reply" "bytea" NOT NULL,
	CONSTRAINT "capture_records_capture_id_request_id_pk" PRIMARY KEY("capture_id","request_id")
);
--> statement-breakpoint
CREATE TABLE "key_captures" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"key_id" text NOT NULL,
	"user_id" text NOT NULL,
	"public_key" "bytea" NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"stopped_at" timestamp with time zone,
	"records" integer DEFAULT 0 NOT NULL,
	"dropped" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "key_captures_a_day_at_most" CHECK ("key_captures"."ends_at" <= "key_captures"."started_at" + interval '24 hours')
);
--> statement-breakpoint
ALTER TABLE "capture_records" ADD CONSTRAINT "capture_records_capture_id_key_captures_id_fk" FOREIGN KEY ("capture_id") REFERENCES "public"."key_captures"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_captures" ADD CONSTRAINT "key_captures_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_captures" ADD CONSTRAINT "key_captures_key_id_key_spend_key_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."key_spend"("key_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_captures" ADD CONSTRAINT "key_captures_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "capture_log_account" ON "capture_log" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "capture_log_key" ON "capture_log" USING btree ("key_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "key_captures_key_unique" ON "key_captures" USING btree ("key_id");--> statement-breakpoint
CREATE INDEX "key_captures_account" ON "key_captures" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "key_captures_ends" ON "key_captures" USING btree ("ends_at");
--> statement-breakpoint
-- By hand:
-- In no write-ahead log, and so in no archive of it and on no standby, where a purge would not reach it.
ALTER TABLE "capture_records" SET UNLOGGED;
--> statement-breakpoint
-- What is sealed does not compress.
ALTER TABLE "capture_records" ALTER COLUMN "sealed_request" SET STORAGE EXTERNAL, ALTER COLUMN "sealed_reply" SET STORAGE EXTERNAL;
--> statement-breakpoint
CREATE TRIGGER capture_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON "capture_log" FOR EACH STATEMENT EXECUTE FUNCTION weir_refuse_change();
--> statement-breakpoint
-- A relay knows a capture with its key's caller: told of the key, as of any change of it.
CREATE FUNCTION weir_notify_capture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('weir_key_changed', known.hash)
  FROM api_keys key, unnest(ARRAY[key.hash, key.previous_hash]) AS known (hash)
  WHERE key.id = coalesce(NEW.key_id, OLD.key_id) AND known.hash IS NOT NULL;
  RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER key_captures_notify
AFTER INSERT OR DELETE OR UPDATE OF "ends_at", "stopped_at" ON "key_captures" FOR EACH ROW EXECUTE FUNCTION weir_notify_capture();
