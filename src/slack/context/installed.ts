/** A workspace's installation as listeners need it. */
export interface Installed {
  /** The key of all stored data: enterprise id for an org-wide install, else team id. */
  readonly workspaceId: string;
  readonly teamId: string | undefined;
  readonly enterpriseId: string | undefined;
  readonly botToken: string;
}

/** Finds the installation that a request belongs to. It runs before the ack, so it sends no request. */
export type FindInstalled = (source: {
  readonly teamId: string | undefined;
  readonly enterpriseId: string | undefined;
  readonly isEnterpriseInstall: boolean;
}) => Promise<Installed | undefined>;
