ALTER TABLE "one_time_links" ADD COLUMN "email_changed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "recovery_codes" ADD COLUMN "created_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
-- Links of this purpose were made with the mail, and live for 72 hours.
UPDATE "one_time_links" SET "email_changed_at" = "expires_at" - interval '72 hours' WHERE "purpose" = 'email_undo';
