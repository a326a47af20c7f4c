/** A workspace's installation, as far as listeners need it. */
export interface Installed {
  /** The key of everything that is kept: enterprise id for an org-wide install, else team id. */
  readonly workspaceId: string;
  readonly teamId: string | undefined;
  readonly enterpriseId: string | undefined;
  readonly botToken: string;
}

/** Finds the installation that a request belongs to, without asking anybody: it runs before the ack. */
export type FindInstalled = (source: {
  readonly teamId: string | undefined;
  readonly enterpriseId: string | undefined;
  readonly isEnterpriseInstall: boolean;
}) => Promise<Installed | undefined>;
