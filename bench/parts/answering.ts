import { z } from "zod";

/** The questions that a child process answers, by name. */
export type Answers = Readonly<Record<string, (input: unknown) => Promise<unknown>>>;

const asked = z.object({ ask: z.string(), input: z.unknown() });

/** Answers questions, and ends the process when the parent is gone. */
export function answering(answers: Answers): void {
  process.on("message", (message) => {
    const { ask, input } = asked.parse(message);
    const answer = answers[ask];
    const answered = answer ? answer(input) : Promise.reject(new Error("there is no such question"));
    void answered.then(
      (said) => process.send?.({ answer: said ?? null }),
      (error: unknown) =>
        process.send?.({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.once("disconnect", () => process.exit(0));
}
