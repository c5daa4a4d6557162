DROP INDEX "requests_key";--> statement-breakpoint
CREATE INDEX "requests_key" ON "requests" USING btree ("key_id","id");