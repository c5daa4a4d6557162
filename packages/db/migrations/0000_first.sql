CREATE TYPE "public"."entry_kind" AS ENUM('top_up', 'refund', 'grant', 'adjustment');--> statement-breakpoint
CREATE TYPE "public"."key_kind" AS ENUM('secret', 'playground');--> statement-breakpoint
CREATE TYPE "public"."request_state" AS ENUM('held', 'settled', 'voided', 'expired');--> statement-breakpoint
CREATE TYPE "public"."staff_role" AS ENUM('owner', 'admin', 'support', 'finance', 'read_only');--> statement-breakpoint
CREATE TYPE "public"."usage_source" AS ENUM('vendor', 'counted');--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"balance_nano_usd" bigint DEFAULT 0 NOT NULL,
	"held_nano_usd" bigint DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "accounts_held_not_negative" CHECK ("accounts"."held_nano_usd" >= 0)
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"name" text NOT NULL,
	"kind" "key_kind" DEFAULT 'secret' NOT NULL,
	"hash" text NOT NULL,
	"prefix" text NOT NULL,
	"last4" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "channels" (
	"id" text PRIMARY KEY NOT NULL,
	"vendor" text NOT NULL,
	"dialect" text NOT NULL,
	"base_url" text NOT NULL,
	"sealed_secret" text NOT NULL,
	"priority" integer DEFAULT 0 NOT NULL,
	"weight" integer DEFAULT 1 NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "entries" (
	"account_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" "entry_kind" NOT NULL,
	"amount_nano_usd" bigint NOT NULL,
	"ref" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "entries_account_id_id_pk" PRIMARY KEY("account_id","id")
);
--> statement-breakpoint
CREATE TABLE "models" (
	"id" text PRIMARY KEY NOT NULL,
	"context_tokens_max" integer,
	"output_tokens_max" integer,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prices" (
	"id" text PRIMARY KEY NOT NULL,
	"route_id" text NOT NULL,
	"effective_from" timestamp with time zone DEFAULT now() NOT NULL,
	"input_nano_usd_per_mtok" bigint NOT NULL,
	"output_nano_usd_per_mtok" bigint NOT NULL,
	CONSTRAINT "prices_not_negative" CHECK ("prices"."input_nano_usd_per_mtok" >= 0 and "prices"."output_nano_usd_per_mtok" >= 0)
);
--> statement-breakpoint
CREATE TABLE "requests" (
	"account_id" text NOT NULL,
	"id" text NOT NULL,
	"key_id" text NOT NULL,
	"model_id" text NOT NULL,
	"dialect" text NOT NULL,
	"streamed" boolean NOT NULL,
	"state" "request_state" DEFAULT 'held' NOT NULL,
	"hold_nano_usd" bigint NOT NULL,
	"hold_expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"charge_nano_usd" bigint DEFAULT 0 NOT NULL,
	"outcome" text,
	"vendor" text,
	"channel_id" text,
	"upstream_model" text,
	"price_id" text,
	"input_tokens" integer,
	"cached_input_tokens" integer,
	"output_tokens" integer,
	"reasoning_tokens" integer,
	"usage_source" "usage_source",
	"finish_reason" text,
	"upstream_status" integer,
	"first_byte_ms" integer,
	"latency_ms" integer,
	"closed_at" timestamp with time zone,
	CONSTRAINT "requests_account_id_id_pk" PRIMARY KEY("account_id","id"),
	CONSTRAINT "requests_charge_not_negative" CHECK ("requests"."charge_nano_usd" >= 0 and "requests"."hold_nano_usd" >= 0),
	CONSTRAINT "requests_only_settled_are_charged" CHECK ("requests"."state" = 'settled' or "requests"."charge_nano_usd" = 0)
);
--> statement-breakpoint
CREATE TABLE "routes" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"upstream_model" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"email" text NOT NULL,
	"username" text NOT NULL,
	"password_hash" text,
	"staff_role" "staff_role",
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "entries" ADD CONSTRAINT "entries_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prices" ADD CONSTRAINT "prices_route_id_routes_id_fk" FOREIGN KEY ("route_id") REFERENCES "public"."routes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "requests" ADD CONSTRAINT "requests_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "routes" ADD CONSTRAINT "routes_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "routes" ADD CONSTRAINT "routes_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_links" ADD CONSTRAINT "sign_in_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_keys_hash_unique" ON "api_keys" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "api_keys_account" ON "api_keys" USING btree ("account_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "entries_ref_unique" ON "entries" USING btree ("ref");--> statement-breakpoint
CREATE INDEX "prices_route_effective" ON "prices" USING btree ("route_id","effective_from");--> statement-breakpoint
CREATE INDEX "requests_key" ON "requests" USING btree ("account_id","key_id","id");--> statement-breakpoint
CREATE INDEX "requests_hold_expires" ON "requests" USING btree ("hold_expires_at") WHERE "requests"."state" = 'held';--> statement-breakpoint
CREATE UNIQUE INDEX "routes_model_channel_unique" ON "routes" USING btree ("model_id","channel_id");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_expires" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_unique" ON "users" USING btree ("email");--> statement-breakpoint
CREATE INDEX "users_account" ON "users" USING btree ("account_id");