import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { tool } from "../deploy/tool.ts";
import type { Made } from "./made.ts";

interface CycloneDx {
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly metadata: {
    readonly component: { readonly name: string; readonly type: string; readonly purl: string };
  };
  readonly components: readonly {
    readonly purl: string;
    readonly hashes: readonly unknown[];
    readonly licenses: readonly unknown[];
  }[];
  readonly dependencies: readonly { readonly ref: string }[];
}

interface Spdx {
  readonly spdxVersion: string;
  readonly dataLicense: string;
  readonly SPDXID: string;
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly documentDescribes: readonly string[];
  readonly packages: readonly {
    readonly SPDXID: string;
    readonly name: string;
    readonly downloadLocation: string;
    readonly licenseDeclared: string;
    readonly externalRefs: readonly { readonly referenceLocator: string }[];
  }[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relatedSpdxElement: string;
    readonly relationshipType: string;
  }[];
}

const schemas = tool("cyclonedx");

/** The tests of a release's SBOMs. */
export function describeSboms(release: () => Made): void {
  const read = (kind: string): string =>
    readFileSync(join(release().folder, `patchbay-1.0.0.${kind}.json`), "utf8");
  const cycloneDx = (): CycloneDx => JSON.parse(read("cdx"));
  const spdx = (): Spdx => JSON.parse(read("spdx"));
  /** What the package's lock file has, as package URLs. */
  const locked = (): string[] => {
    const { packages }: { packages: Record<string, { name?: string; version: string }> } = JSON.parse(
      readFileSync(join(release().unpacked, "npm-shrinkwrap.json"), "utf8"),
    );
    const urls = Object.entries(packages)
      .filter(([path]) => path !== "")
      .map(([path, { name, version }]) => {
        const called = name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
        return `pkg:npm/${called.replace("@", "%40")}@${version}`;
      });
    return [...new Set(urls)].toSorted();
  };

  describe("the SBOM in CycloneDX", () => {
    it.skipIf(schemas.missing)("is as the CycloneDX schema says", () => {
      const ajv = new Ajv({ strict: false });
      addFormats.default(ajv, ["date-time", "email", "uri"]);
      for (const name of ["iri-reference", "idn-email"]) ajv.addFormat(name, true);
      const schema = (name: string): object =>
        JSON.parse(readFileSync(join(schemas.path, `${name}.json`), "utf8"));
      for (const name of ["spdx", "jsf-0.82"])
        ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
      const validate = ajv.compile(schema("bom-1.5"));
      validate(cycloneDx());
      expect(validate.errors).toBeNull();
      validate({ ...cycloneDx(), serialNumber: "none" });
      expect(validate.errors).not.toBeNull();
    });

    it("names what the lock file has, with hashes and licences", () => {
      const { metadata, components, dependencies } = cycloneDx();
      expect(metadata.component).toMatchObject({
        name: "patchbay",
        type: "application",
        // Not pkg:npm: the registry has another package of this name.
        purl: "pkg:generic/patchbay@1.0.0",
      });
      expect([...new Set(components.map(({ purl }) => purl))].toSorted()).toEqual(locked());
      expect(components.filter(({ hashes, licenses }) => !hashes.length || !licenses.length)).toEqual([]);
      expect(dependencies.length).toBeGreaterThan(100);
    });
  });

  describe("the SBOM in SPDX", () => {
    // No JSON schema of SPDX 2.3 is in npm or Debian, so this is what its clauses demand of such a document.
    it("is a document of SPDX 2.3", () => {
      const document = spdx();
      expect(document).toMatchObject({
        spdxVersion: "SPDX-2.3",
        dataLicense: "CC0-1.0",
        SPDXID: "SPDXRef-DOCUMENT",
      });
      expect(document.creationInfo.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u);
      expect(document.creationInfo.creators[0]).toMatch(/^Tool: npm/u);
      expect(new URL(document.documentNamespace).hash).toBe("");
      const ids = document.packages.map(({ SPDXID }) => SPDXID);
      expect(ids.filter((id) => !/^SPDXRef-[\w.-]+$/u.test(id))).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining([...document.documentDescribes]));
      const known = new Set([...ids, document.SPDXID]);
      const ends = document.relationships.flatMap(({ spdxElementId, relatedSpdxElement }) => [
        spdxElementId,
        relatedSpdxElement,
      ]);
      expect(ends.filter((id) => !known.has(id))).toEqual([]);
      const unsaid = document.packages.filter((each) => !each.downloadLocation || !each.licenseDeclared);
      expect(unsaid).toEqual([]);
    });

    it("names what the lock file has", () => {
      const urls = spdx().packages.flatMap(({ externalRefs }) =>
        externalRefs.map((each) => each.referenceLocator),
      );
      expect([...new Set(urls)].toSorted()).toEqual(["pkg:generic/patchbay@1.0.0", ...locked()].toSorted());
    });
  });
}
