export function isStale(): boolean;
export function buildAll(): Promise<void>;
export function writeDeclarations(): void;
export function importBundled(entry: string): Promise<Readonly<Record<string, unknown>>>;
