import type { Context } from "../../src/operations/shared/context.ts";

/** How often rights were checked and connections opened. */
export interface Counts {
  checks: number;
  openings: number;
}

/** A context that counts what is asked of the authorizer and the vendors' accounts. */
export function counting(ctx: Context): { readonly ctx: Context; readonly counts: Counts } {
  const counts: Counts = { checks: 0, openings: 0 };
  return {
    counts,
    ctx: {
      ...ctx,
      authorizer: {
        permissions: async (...asked) => {
          counts.checks += 1;
          return ctx.authorizer.permissions(...asked);
        },
      },
      accounts: {
        ...ctx.accounts,
        open: (...asked) => {
          counts.openings += 1;
          return ctx.accounts.open(...asked);
        },
      },
    },
  };
}
