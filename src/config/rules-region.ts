import { keyboardLayouts } from './data/keyboards.ts';
import { localeNames } from './data/locales.ts';
import type { ConfigPath } from './findings.ts';
import { type Report, reportUnknown, type SettingsRule } from './rule.ts';
import type { WrittenImage } from './schema-image.ts';
import { isTimeZone, timeZoneNames } from './time-zone.ts';

/** Time zone, locale and keyboard are ones the systems know. */
export const regionRules: readonly SettingsRule[] = [knownTimeZone, knownLocale, knownKeyboard];

function knownTimeZone({ timezone }: WrittenImage, at: ConfigPath, report: Report): void {
  if (timezone === undefined || isTimeZone(timezone)) return;
  const accepted = 'a name of the tz database, such as Etc/UTC or Europe/Berlin';
  reportUnknown(report, [...at, 'timezone'], { what: 'time zone', value: timezone, accepted, known: timeZoneNames() });
}

function knownLocale({ locale }: WrittenImage, at: ConfigPath, report: Report): void {
  if (locale === undefined || localeNames.includes(locale)) return;
  const accepted = 'a UTF-8 locale as glibc spells it, such as en_US.UTF-8 or C.UTF-8';
  const complete = `${locale}.UTF-8`;
  const known = localeNames.includes(complete) ? [complete] : localeNames;
  reportUnknown(report, [...at, 'locale'], { what: 'locale', value: locale, accepted, known });
}

function knownKeyboard({ keyboard }: WrittenImage, at: ConfigPath, report: Report): void {
  if (keyboard === undefined || keyboardLayouts.includes(keyboard)) return;
  const accepted = 'a layout of XKB without a variant, such as us or de';
  reportUnknown(report, [...at, 'keyboard'], {
    what: 'keyboard layout',
    value: keyboard,
    accepted,
    known: keyboardLayouts,
  });
}
