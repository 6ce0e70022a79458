/** True for a name of the tz database as it is spelt there, old names included; offsets like `+02:00` are none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function timeZoneNames(): string[] {
  return ['Etc/UTC', ...Intl.supportedValuesOf('timeZone')];
}
