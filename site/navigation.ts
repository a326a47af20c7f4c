/** A part of the site's navigation, with the documents in it. */
export interface Section {
  readonly title: string;
  readonly pages: readonly Entry[];
}

/** A document by its path in the repository, with its name in the navigation. */
export interface Entry {
  readonly file: string;
  readonly name: string;
}

/** Every document is in one section. The build refuses a document of `docs/` that is in none. */
export const sections: readonly Section[] = [
  {
    title: "Begin",
    pages: [
      { file: "README.md", name: "What Patchbay is" },
      { file: "docs/start.md", name: "Start in five minutes" },
    ],
  },
  {
    title: "Use it",
    pages: [
      { file: "docs/user-guide.md", name: "User guide" },
      { file: "docs/command-line.md", name: "Command line" },
      { file: "docs/routes.md", name: "Routes in a file" },
    ],
  },
  {
    title: "Run it",
    pages: [
      { file: "docs/admin-guide.md", name: "Admin guide" },
      { file: "docs/vendors.md", name: "Vendors" },
      { file: "docs/deploy.md", name: "Image, compose and chart" },
      { file: "docs/operations.md", name: "Operations" },
      { file: "docs/scale.md", name: "Several servers" },
    ],
  },
  {
    title: "Connect programs",
    pages: [
      { file: "docs/http-api.md", name: "HTTP API" },
      { file: "docs/events.md", name: "Events" },
      { file: "docs/alerts.md", name: "Alerts" },
    ],
  },
  {
    title: "Trust it",
    pages: [
      { file: "docs/guarantees.md", name: "Guarantees and limits" },
      { file: "SECURITY.md", name: "Security" },
      { file: "docs/data-protection.md", name: "Data protection" },
      { file: "docs/vendor-sources.md", name: "Sources about vendors" },
      { file: "THIRD-PARTY-LICENSES.md", name: "Licences" },
    ],
  },
  {
    title: "Change it",
    pages: [
      { file: "docs/architecture.md", name: "Architecture" },
      { file: "docs/adr/README.md", name: "Decisions" },
      { file: "test/README.md", name: "Tests" },
      { file: "bench/README.md", name: "Benchmarks" },
      { file: "CHANGELOG.md", name: "Changelog" },
    ],
  },
];

/** Documents that a page of the navigation lists, in place of the navigation: the decisions. */
export const listedBy: readonly { readonly folder: string; readonly page: string }[] = [
  { folder: "docs/adr", page: "docs/adr/README.md" },
];
