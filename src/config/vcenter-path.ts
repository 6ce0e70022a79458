/**
 * `[datastore] path` or `Library/item/file.iso`: a place in a vCenter. Anything with a scheme or a leading `/` or `.` is elsewhere. Nobody
 * can ask a vCenter for the sum of such a file.
 */
export function isVcenterPath(url: string): boolean {
  return !/^([A-Za-z][A-Za-z0-9+.-]*:\/\/|\.{0,2}\/)/.test(url);
}
