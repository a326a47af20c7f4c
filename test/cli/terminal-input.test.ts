import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { streamInput } from "../../src/cli/terminal-input.ts";

function terminal() {
  let shown = "";
  const from = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => from });
  const input = streamInput(from, (text) => {
    shown += text;
  });
  return { from, input, shown: () => shown };
}

describe("input", () => {
  it("shows the question for a secret on a terminal, and nothing that is typed", async () => {
    const { from, input, shown } = terminal();
    const asked = input.secret("Key: ");
    from.write("hun");
    from.write("ter2\r");
    expect(await asked).toBe("hunter2");
    expect(shown()).toBe("Key: \n");
    input.release();
  });

  it("shows what is typed to an ordinary question, before and after a secret", async () => {
    const { from, input, shown } = terminal();
    const first = input.line("Remove? ");
    from.write("y\r");
    expect(await first).toBe("y");
    const secret = input.secret("Key: ");
    from.write("hunter2\r");
    await secret;
    const second = input.line("Sure? ");
    from.write("no\r");
    expect(await second).toBe("no");
    expect(shown()).toMatch(/Remove\? [\s\S]*y[\s\S]*Sure\? [\s\S]*no/u);
    expect(shown()).not.toContain("hunter2");
    input.release();
  });

  it("treats Ctrl-C and Ctrl-D as no answer", async () => {
    for (const key of ["\u0003", "\u0004"]) {
      const { from, input } = terminal();
      const asked = input.secret("Key: ");
      from.write(key);
      expect(await asked).toBeUndefined();
    }
  });

  it("reads a line for each question from a pipe, and shows nothing", async () => {
    let shown = "";
    const from = new PassThrough();
    const input = streamInput(from, (text) => {
      shown += text;
    });
    from.end("first\r\nsecond\n");
    expect([await input.secret("A: "), await input.line("B: "), await input.secret("C: ")]).toEqual([
      "first",
      "second",
      undefined,
    ]);
    expect(shown).toBe("");
  });

  it("returns a line from a pipe that stays open as soon as it arrives", async () => {
    const from = new PassThrough();
    const input = streamInput(from, () => {});
    const asked = input.secret("A: ");
    from.write("key\n");
    expect(await asked).toBe("key");
    input.release();
  });
});
