import { expect, it } from "vitest";
import { writeState } from "../../src/slack/form-state.ts";

// D9
it("says in words that a form's state does not fit, before Slack refuses the form", () => {
  const state = { verb: "reassign", from: {}, revision: 0, wish: { reason: "&".repeat(3_000) } } as const;
  expect(() => writeState(state)).toThrow(expect.objectContaining({ code: "unsupported" }));
  expect(() => writeState({ ...state, wish: {} })).not.toThrow();
});
