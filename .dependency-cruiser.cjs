/** The layers of docs/architecture.md: who may import whom. Run by `npm run layers`. */

/** The features of a layer, each may import those that come after it, never one before. */
const features = {
  slack: [
    "server",
    "router",
    "updates",
    "status",
    "installation",
    "incident",
    "expiry",
    "restore",
    "change",
    "approval",
    "restrictions",
    "outcome",
    "announcements",
    "settings",
    "numbers",
    "connections",
    "listener",
    "forms",
    "delivery",
    "context",
    "block-kit",
  ],
  operations: [
    "workspace",
    "restore",
    "incident",
    "expiry",
    "drift",
    "connections",
    "approval",
    "restrictions",
    "notifications",
    "change",
    "numbers",
    "history",
    "access",
    "shared",
  ],
  store: ["transfer", "secrets", "workflow", "audit", "work", "database", "crypto"],
  sqlite: ["audit", "connection", "migrations"],
  postgres: ["connection", "migrations"],
};
const downward = Object.entries(features).flatMap(([layer, names]) =>
  names.slice(1).map((name, index) => ({
    name: `${layer}-${name}-imports-no-feature-above`,
    severity: "error",
    from: { path: `^src/${layer}/${name}/` },
    to: { path: `^src/${layer}/(${names.slice(0, index + 1).join("|")})/` },
  })),
);
/** A new folder has to be given its place in the order. */
const inOrder = Object.entries(features).map(([layer, names]) => ({
  name: `${layer}-has-these-features`,
  severity: "error",
  from: { path: `^src/${layer}/[^/]+/`, pathNot: `^src/${layer}/(${names.join("|")})/` },
  to: {},
}));

const library = (name, from, home, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: "^src", pathNot: [home, "^src/(app|infrastructure)[.]ts$", "^src/sandbox/", "^src/demo/"] },
  to: { path: from },
});

module.exports = {
  forbidden: [
    ...downward,
    ...inOrder,
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "domain-stands-alone",
      comment: "domain imports itself and zod, not even node:",
      severity: "error",
      from: { path: "^src/domain" },
      to: { pathNot: ["^src/domain", "^node_modules/zod"] },
    },
    {
      name: "operations-know-the-domain-only",
      severity: "error",
      from: { path: "^src/operations" },
      to: { path: "^src", pathNot: ["^src/operations", "^src/domain"] },
    },
    {
      name: "operations-without-node",
      comment: "what Node brings as a module is for the adapters",
      severity: "error",
      from: { path: "^src/operations" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "adapters-never-meet",
      comment: "vendors, the databases, slack and cli never import each other",
      severity: "error",
      from: { path: "^src/(vendors|store|sqlite|postgres|slack|cli)/" },
      to: { path: "^src/(vendors|sqlite|postgres|slack|cli)/", pathNot: "^src/$1/" },
    },
    {
      name: "only-the-databases-share-the-store",
      severity: "error",
      from: { path: "^src/(vendors|slack|cli)/" },
      to: { path: "^src/store/" },
    },
    {
      name: "only-entry-points-run-operations",
      severity: "error",
      from: { path: "^src/(vendors|store|sqlite|postgres|config)" },
      to: { path: "^src/operations" },
    },
    {
      name: "a-vendor-is-alone",
      severity: "error",
      from: { path: "^src/vendors/adapters/" },
      to: { path: "^src/vendors/adapters/" },
    },
    {
      name: "sandbox-imports-no-other-layer",
      severity: "error",
      from: { path: "^src/sandbox" },
      to: { path: "^src", pathNot: "^src/sandbox" },
    },
    {
      name: "nothing-imports-the-sandbox",
      severity: "error",
      from: { path: "^src", pathNot: ["^src/sandbox", "^src/demo/"] },
      to: { path: "^src/(sandbox|demo)/" },
    },
    {
      name: "only-the-top-composes",
      severity: "error",
      from: { path: "^src/(domain|operations|vendors|store|sqlite|postgres|slack|sandbox)/" },
      to: { path: "^src/(app|jobs|workflows|infrastructure|main|config)[.]ts$" },
    },
    library("slack-has-one-home", "^node_modules/@slack/", "^src/slack/"),
    library("sqlite-has-one-home", "^node_modules/better-sqlite3", "^src/sqlite/"),
    library("pg-has-one-home", "^node_modules/(@types/)?pg/", "^src/postgres/"),
    library("undici-has-one-home", "^node_modules/undici", "^src/vendors/http[.]ts$"),
    {
      name: "no-development-library-in-the-product",
      severity: "error",
      from: { path: "^src", pathNot: ["^src/sandbox", "^src/demo/"] },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], pathNot: "^node_modules/@types/" },
    },
    {
      name: "nobody-imports-the-benches",
      comment: "but the trial of them in the tests",
      severity: "error",
      from: { path: "^src" },
      to: { path: "^bench" },
    },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
