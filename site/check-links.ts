import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { targetOf } from "./addresses.ts";
import type { Document } from "./read-document.ts";

/** Links that lead nowhere, in the site and on GitHub alike: a file or a heading that does not exist. */
export function brokenLinks(root: string, documents: ReadonlyMap<string, Document>): readonly string[] {
  return [...documents.values()].flatMap(({ file, links }) =>
    links.flatMap((href) => {
      const fault = faultOf(root, documents, file, href);
      return fault === undefined ? [] : [`${file}: ${href}: ${fault}`];
    }),
  );
}

function faultOf(
  root: string,
  documents: ReadonlyMap<string, Document>,
  from: string,
  href: string,
): string | undefined {
  const target = targetOf(from, href);
  if (target === undefined) return /^(?:https|mailto):/u.test(href) ? undefined : "only https and mailto";
  const path = join(root, target.file);
  if (target.file.startsWith("..") || !existsSync(path)) return "there is no such file";
  if (!statSync(path).isFile()) return "a folder has no page";
  if (target.anchor === "") return undefined;
  const document = documents.get(target.file);
  if (document === undefined) return "only documents have headings";
  return document.headings.some(({ anchor }) => anchor === target.anchor)
    ? undefined
    : "there is no such heading";
}
