import type { Span, SpanFacts } from "../../domain/ports/tracer.ts";
import { isProblem } from "../../domain/problem/problem.ts";
import type { Context } from "./context.ts";

/** What a span is called and continues. */
export type TracedAs = Pick<Span, "name" | "isRoot" | "follows">;

/** Does a step of a request, and makes a span of it. Returns and throws what the step does. */
export async function traced<T>(
  { tracer, requestId }: Pick<Context, "tracer" | "requestId">,
  as: string | TracedAs,
  step: () => Promise<T>,
  factsOf: (result: T) => SpanFacts = () => ({}),
): Promise<T> {
  const span = typeof as === "string" ? { name: as } : as;
  const begun = performance.now();
  const took = (): number => performance.now() - begun;
  try {
    const result = await step();
    tracer.ended(requestId, { ...span, ms: took(), facts: factsOf(result) });
    return result;
  } catch (error) {
    tracer.ended(requestId, { ...span, ms: took(), facts: { problem: problemCodeOf(error) } });
    throw error;
  }
}

/** The code of a failure for a span. */
export function problemCodeOf(error: unknown): SpanFacts["problem"] {
  return isProblem(error) ? error.code : "bug";
}
