import { expect, it } from "vitest";
import { readMrkdwn } from "../../src/demo/page/client/kit/mrkdwn.ts";
import { slackDate } from "../../src/demo/page/client/kit/date.ts";

const text = (words: string) => ({ kind: "text", text: words });

it("parses bold, italic, strikethrough and code, only at the edges of words", () => {
  expect(readMrkdwn("*a b* _c_ ~d~ `e*f*`")).toEqual([
    { kind: "bold", pieces: [text("a b")] },
    text(" "),
    { kind: "italic", pieces: [text("c")] },
    text(" "),
    { kind: "strike", pieces: [text("d")] },
    text(" "),
    { kind: "code", text: "e*f*" },
  ]);
  expect(readMrkdwn("snake_case_name 2*3*4 * a *")).toEqual([text("snake_case_name 2*3*4 * a *")]);
});

it("treats a mark next to a word joiner as a character", () => {
  expect(readMrkdwn("\u2060*\u2060loud\u2060*\u2060")).toEqual([text("\u2060*\u2060loud\u2060*\u2060")]);
});

it("reads mentions, links and dates, and nests marks", () => {
  expect(readMrkdwn("*<@U1> in <#C1|ops>* <https://a.example/?b=1&amp;c=2|here>")).toEqual([
    {
      kind: "bold",
      pieces: [
        { kind: "user", id: "U1", label: "" },
        text(" in "),
        { kind: "channel", id: "C1", label: "ops" },
      ],
    },
    text(" "),
    { kind: "link", url: "https://a.example/?b=1&c=2", label: "here" },
  ]);
  expect(readMrkdwn("<!date^1700000000^{date_short} {time}|then>")).toEqual([
    { kind: "date", seconds: 1_700_000_000, form: "{date_short} {time}", otherwise: "then" },
  ]);
});

it("creates no link for a script and no markup from escaped text", () => {
  expect(readMrkdwn("<javascript:alert(1)|click>")).toEqual([text("<javascript:alert(1)|click>")]);
  expect(readMrkdwn("&lt;b&gt; &amp;lt;")).toEqual([text("<b> &lt;")]);
  expect(readMrkdwn("&lt;!channel&gt;")).toEqual([text("<!channel>")]);
});

it("parses quotes, code blocks and line breaks", () => {
  expect(readMrkdwn("&gt; said\nnext\n```\nlet a;\n```")).toEqual([
    { kind: "quote", pieces: [text("said")] },
    text("next"),
    { kind: "break" },
    { kind: "pre", text: "let a;" },
  ]);
});

it("shows a near date as a word", () => {
  const now = new Date(2026, 10, 21, 12);
  const today = new Date(2026, 10, 21, 9).getTime() / 1000;
  expect(slackDate(today, "{date_short_pretty}", now)).toBe("today");
  expect(slackDate(today - 86_400, "{date_pretty}", now)).toBe("yesterday");
  expect(slackDate(today, "{ago} {unknown}", now)).toBe("3 hours ago {unknown}");
});
