import type { SpanFacts, Tracer } from "./domain/ports/tracer.ts";
import type { VendorRequest } from "./domain/vendor/vendor-request.ts";

/** Makes a span of a finished request to a vendor. One that nobody asked for belongs to no trace. */
export function traceVendorRequest(
  tracer: Tracer,
  facts: Pick<SpanFacts, "vendor" | "connection" | "workspace">,
  { requestId, method, result, ms, status }: Omit<VendorRequest, "workspaceId" | "date">,
): void {
  if (requestId === undefined) return;
  const problem = result === "ok" ? undefined : result;
  tracer.ended(requestId, { name: `vendor ${method}`, ms, facts: { ...facts, status, problem } });
}
