CREATE TYPE "public"."disconnect_policy" AS ENUM('cancel', 'drain');--> statement-breakpoint
ALTER TYPE "public"."entry_kind" ADD VALUE 'day_close';--> statement-breakpoint
ALTER TYPE "public"."entry_kind" ADD VALUE 'late_charge';--> statement-breakpoint
CREATE TABLE "account_groups" (
	"id" text PRIMARY KEY NOT NULL,
	"margin_ppm" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_groups_margin_not_below_free" CHECK ("account_groups"."margin_ppm" >= -1000000)
);
--> statement-breakpoint
CREATE TABLE "hold_sweep" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"swept_to" timestamp with time zone NOT NULL,
	CONSTRAINT "hold_sweep_one_row" CHECK ("hold_sweep"."one")
);
--> statement-breakpoint
CREATE TABLE "key_spend" (
	"key_id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"held_nano_usd" bigint DEFAULT 0 NOT NULL,
	"running" integer DEFAULT 0 NOT NULL,
	"spent_total_nano_usd" bigint DEFAULT 0 NOT NULL,
	"day" date,
	"spent_day_nano_usd" bigint DEFAULT 0 NOT NULL,
	"week" date,
	"spent_week_nano_usd" bigint DEFAULT 0 NOT NULL,
	"month" date,
	"spent_month_nano_usd" bigint DEFAULT 0 NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "key_spend_held_not_negative" CHECK ("key_spend"."held_nano_usd" >= 0),
	CONSTRAINT "key_spend_running_not_negative" CHECK ("key_spend"."running" >= 0)
);
--> statement-breakpoint
CREATE TABLE "usage_daily" (
	"account_id" text NOT NULL,
	"day" date NOT NULL,
	"key_id" text NOT NULL,
	"model_id" text NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"input_tokens" bigint DEFAULT 0 NOT NULL,
	"cached_input_tokens" bigint DEFAULT 0 NOT NULL,
	"output_tokens" bigint DEFAULT 0 NOT NULL,
	"reasoning_tokens" bigint DEFAULT 0 NOT NULL,
	"charge_nano_usd" bigint DEFAULT 0 NOT NULL,
	"first_byte_ms_sum" bigint DEFAULT 0 NOT NULL,
	"first_byte_count" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_daily_account_id_day_key_id_model_id_pk" PRIMARY KEY("account_id","day","key_id","model_id")
);
--> statement-breakpoint
CREATE TABLE "usage_hourly" (
	"account_id" text NOT NULL,
	"hour" timestamp with time zone NOT NULL,
	"key_id" text NOT NULL,
	"model_id" text NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"input_tokens" bigint DEFAULT 0 NOT NULL,
	"cached_input_tokens" bigint DEFAULT 0 NOT NULL,
	"output_tokens" bigint DEFAULT 0 NOT NULL,
	"reasoning_tokens" bigint DEFAULT 0 NOT NULL,
	"charge_nano_usd" bigint DEFAULT 0 NOT NULL,
	"first_byte_ms_sum" bigint DEFAULT 0 NOT NULL,
	"first_byte_count" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_hourly_account_id_hour_key_id_model_id_pk" PRIMARY KEY("account_id","hour","key_id","model_id")
);
--> statement-breakpoint
ALTER TABLE "prices" DROP CONSTRAINT "prices_not_negative";--> statement-breakpoint
ALTER TABLE "requests" DROP CONSTRAINT "requests_account_id_accounts_id_fk";
--> statement-breakpoint
DROP INDEX "requests_hold_expires";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "group_id" text;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "running" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "concurrency_max" integer;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "disconnect_policy" "disconnect_policy" DEFAULT 'cancel' NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "budget_total_nano_usd" bigint;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "budget_day_nano_usd" bigint;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "budget_week_nano_usd" bigint;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "budget_month_nano_usd" bigint;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "concurrency_max" integer;--> statement-breakpoint
ALTER TABLE "prices" ADD COLUMN "cached_input_nano_usd_per_mtok" bigint;--> statement-breakpoint
ALTER TABLE "prices" ADD COLUMN "cache_write_5m_nano_usd_per_mtok" bigint;--> statement-breakpoint
ALTER TABLE "prices" ADD COLUMN "cache_write_1h_nano_usd_per_mtok" bigint;--> statement-breakpoint
ALTER TABLE "prices" ADD COLUMN "reasoning_nano_usd_per_mtok" bigint;--> statement-breakpoint
ALTER TABLE "prices" ADD COLUMN "audio_input_nano_usd_per_mtok" bigint;--> statement-breakpoint
ALTER TABLE "prices" ADD COLUMN "audio_output_nano_usd_per_mtok" bigint;--> statement-breakpoint
ALTER TABLE "prices" ADD COLUMN "image_nano_usd" bigint;--> statement-breakpoint
ALTER TABLE "prices" ADD COLUMN "request_nano_usd" bigint;--> statement-breakpoint
ALTER TABLE "prices" ADD COLUMN "tiers" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "overrun_nano_usd" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "margin_ppm" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "disconnect_policy" "disconnect_policy" DEFAULT 'cancel' NOT NULL;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "affordable_output_tokens" integer;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "cache_write_5m_tokens" integer;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "cache_write_1h_tokens" integer;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "audio_input_tokens" integer;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "images" integer;--> statement-breakpoint
ALTER TABLE "requests" ADD COLUMN "audio_output_tokens" integer;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_group_id_account_groups_id_fk" FOREIGN KEY ("group_id") REFERENCES "public"."account_groups"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "requests_hold_expires" ON "requests" USING btree ("hold_expires_at");--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_running_not_negative" CHECK ("accounts"."running" >= 0);--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_concurrency_positive" CHECK ("accounts"."concurrency_max" > 0);--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_budgets_not_negative" CHECK (least("api_keys"."budget_total_nano_usd", "api_keys"."budget_day_nano_usd", "api_keys"."budget_week_nano_usd", "api_keys"."budget_month_nano_usd") >= 0);--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_concurrency_positive" CHECK ("api_keys"."concurrency_max" > 0);--> statement-breakpoint
ALTER TABLE "prices" ADD CONSTRAINT "prices_not_negative" CHECK (least("prices"."input_nano_usd_per_mtok", "prices"."output_nano_usd_per_mtok", "prices"."cached_input_nano_usd_per_mtok", "prices"."cache_write_5m_nano_usd_per_mtok", "prices"."cache_write_1h_nano_usd_per_mtok", "prices"."reasoning_nano_usd_per_mtok", "prices"."audio_input_nano_usd_per_mtok", "prices"."audio_output_nano_usd_per_mtok", "prices"."image_nano_usd", "prices"."request_nano_usd") >= 0);