import type { ENV } from './names';

type EnvName = (typeof ENV)[keyof typeof ENV];

/** Value of an environment variable that the construct must have set. @throws Error naming what is missing */
export function requireEnv(name: EnvName): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`environment variable ${name} is not set`);
  return value;
}

/** The same as a number. @throws Error when it is none */
export function requireEnvNumber(name: EnvName): number {
  const value = Number(requireEnv(name));
  if (!Number.isFinite(value)) throw new Error(`environment variable ${name} is not a number`);
  return value;
}
