/**
 * The tables that move to another database, in an order that their references allow. A test fails when a table of
 * either database is in none of the three lists.
 */
export const movedTables = [
  "audit_anchors",
  "legal_holds",
  "audit_people",
  "audit_entries",
  "signed_checkpoints",
  "connections",
  "installations",
  "fingerprint_key",
  "workspace_settings",
  "claimed_requests",
  "said_changes",
  "outbox",
  "freezes",
  "protections",
  "runbooks",
  "approvals",
  "plans",
  "plan_states",
  "rules",
  "rule_overrides",
  "closed_gates",
  "api_tokens",
  "idempotency_keys",
  "incidents",
  "runs",
  "run_steps",
  "timed_changes",
  "drift_findings",
  "announced",
  "list_copies",
  "list_copy_parts",
  "list_copy_revisions",
  "form_states",
  "act_messages",
  "act_marks",
  "bot_tokens",
  "webhooks",
  "hooks",
  "proposals",
  "hook_alerts",
  "hook_deliveries",
  "on_call_schedules",
  "work_items",
] as const;

/** Tables that the target's triggers fill from the audit log. They are compared like the others. */
export const derivedTables = ["audit_heads", "open_changes"] as const;

/**
 * Tables about the database itself, about running servers, and about what is over after some minutes. PostgreSQL keeps
 * all checkpoints; the newest of each workspace moves in `signed_checkpoints`.
 */
export const leftTables = [
  "write_probe",
  "patchbay_schema",
  "locks",
  "replicas",
  "audit_checkpoints",
  "used_install_states",
  "short_lived_secrets",
  "request_counts",
  "vendor_budgets",
  "on_call_copies",
] as const;
