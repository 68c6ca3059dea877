/** The forms of JSON documents, checked before anything in them is believed; an unknown key is refused. */

export type Check = (value: unknown) => boolean;

export const string: Check = (value) => typeof value === "string";
export const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const boolean: Check = (value) => typeof value === "boolean";
export const pattern = (form: RegExp): Check => (value) => typeof value === "string" && form.test(value);
export const oneOf = (...values: unknown[]): Check => (value) => values.includes(value);
export const list = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
export const object = (shape: Record<string, Check>): Check => (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const given = value as Record<string, unknown>;
    return Object.keys(given).every((key) => Object.hasOwn(shape, key)) && Object.entries(shape).every(([key, check]) => check(given[key]));
};
export const digest = pattern(/^[0-9a-f]{64}$/);
export const id = pattern(/^[0-9a-f]{32}$/);
export const time: Check = (value) => pattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)(value) && !Number.isNaN(Date.parse(value as string));
