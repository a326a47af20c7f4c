import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  agentIdsIn,
  agentsIn,
  agentsText,
  areRequested,
  formatAgents,
  inVersionOf,
  onlyAgentIn,
  type AnsweringAgent,
} from "../../../src/domain/numbers/answering-agents.ts";

const agent: fc.Arbitrary<AnsweringAgent> = fc.record(
  {
    id: fc.oneof(fc.constantFrom("a", "b", "c"), fc.string({ minLength: 1 })),
    version: fc.oneof(fc.constantFrom("prod", "3", "latest"), fc.nat()),
    share: fc.double({ min: 0.001, max: 1, noNaN: true }),
  },
  { requiredKeys: ["id", "share"] },
);
const agents = fc.array(agent, { minLength: 1, maxLength: 4 });

const a = { id: "a", share: 1 };
const pair = agentsText([
  { id: "b", version: "prod", share: 0.3 },
  { id: "a", share: 0.7 },
]);

describe("the text of agents", () => {
  it("is the id of a single agent in no certain version", () => {
    expect(agentsText([a])).toBe("a");
    expect(agentsIn("a")).toEqual([a]);
    expect(agentsIn('[{"agent":')).toEqual([{ id: '[{"agent":', share: 1 }]);
  });

  it("keeps every agent, version and share, and tells a version from a tag", () => {
    fc.assert(
      fc.property(agents, (some) => {
        const read = agentsIn(agentsText(some));
        expect(read).toHaveLength(some.length);
        expect(read).toEqual(expect.arrayContaining(some));
        expect(agentsText(read)).toBe(agentsText(some));
      }),
    );
    expect(agentsText([{ ...a, version: 3 }])).not.toBe(agentsText([{ ...a, version: "3" }]));
  });

  it("does not depend on the order in which the vendor shows them", () => {
    fc.assert(
      fc.property(agents, (some) => {
        expect(agentsText(some.toReversed())).toBe(agentsText(some));
      }),
    );
    expect(pair).toBe('[{"agent":"a","share":0.7},{"agent":"b","version":"prod","share":0.3}]');
  });

  it("names each agent once, and the only one", () => {
    const versions = agentsText([
      { id: "a", version: 1, share: 0.5 },
      { id: "a", version: 2, share: 0.5 },
    ]);
    expect([...agentIdsIn([versions, null, "b", undefined])]).toEqual(["a", "b"]);
    expect(onlyAgentIn(agentsText([{ ...a, version: "prod" }]))).toBe("a");
    expect(onlyAgentIn(pair)).toBeUndefined();
  });

  it("reads like a list with shares and versions", () => {
    const nameOf = (id: string): string => id.toUpperCase();
    expect(formatAgents("a", { nameOf })).toBe("A");
    expect(formatAgents(pair, { nameOf })).toBe("A 70% + B (version prod) 30%");
    expect(formatAgents(agentsText([{ ...a, version: 0 }]), { nameOf })).toBe("A (version 0)");
    expect(formatAgents(agentsText([{ id: "b" }, { id: "a" }]), { nameOf })).toBe("A or B");
    const branch = agentsText([{ ...a, version: "agtbrch_1" }]);
    expect(formatAgents(branch, { nameOf, versionWord: "branch" })).toBe("A (branch agtbrch_1)");
  });
});

describe("an agent that was requested without a version", () => {
  const shown = (version: string | number) => agentsText([{ id: "b", version, share: 1 }]);
  const before = (version: string | number) => agentsText([{ ...a, version }]);

  it("is not there yet if it has the branch or tag of the agent before it", () => {
    expect(areRequested("b", shown("prod"), before("prod"))).toBe(false);
    expect(areRequested(shown("prod"), shown("prod"), before("prod"))).toBe(true);
  });

  it("is there in every other version that the vendor names", () => {
    expect(areRequested("b", shown("prod"), before("test"))).toBe(true);
    expect(areRequested("b", shown("prod"), null)).toBe(true);
    expect(areRequested("b", shown(3), before(3))).toBe(true);
    expect(areRequested("b", shown("latest"), before("latest"))).toBe(true);
  });
});

describe("an agent that stays", () => {
  it("keeps its version, and another one gets none", () => {
    expect(inVersionOf("b", pair)).toBe(agentsText([{ id: "b", version: "prod", share: 1 }]));
    expect(inVersionOf("a", pair)).toBe("a");
    expect(inVersionOf("c", pair)).toBe("c");
    expect(inVersionOf("a", null)).toBe("a");
    expect(inVersionOf(pair, pair)).toBe(pair);
  });
});

describe("shown agents", () => {
  it.each([
    ["the same", "a", "a", true],
    ["another agent", "a", "b", false],
    ["a version that was not requested", "a", agentsText([{ ...a, version: 4 }]), true],
    ["another version", agentsText([{ ...a, version: "prod" }]), agentsText([{ ...a, version: 4 }]), false],
    ["no version although one was requested", agentsText([{ ...a, version: "prod" }]), "a", false],
    ["one of the requested agents", pair, "a", false],
    ["another share", pair, pair.replace("0.7", "0.6"), false],
    ["a version beside a requested one", pair, pair.replace('"a"', '"a","version":4'), true],
    ["more than was requested", "a", pair, false],
  ])("with %s", (_what, requested, shown, expected) => {
    expect(areRequested(requested, shown)).toBe(expected);
  });
});
