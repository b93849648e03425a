/** One build of the web apps, told to the worker when it is built itself (`vite.worker.config.ts`). */
export type Build = {
  /** The digest of what it consists of. */
  id: string;
  /** The script that pages of this build start with: a page that names another is of another release. */
  entry: string;
  /** Every script, style and font, by its path on the site. */
  files: string[];
};

declare const BUILT: Build;

export const build: Build = BUILT;
