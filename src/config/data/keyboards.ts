/**
 * Keyboard layouts of XKB, without variants.
 * From /usr/share/X11/xkb/rules/base.lst of Debian's package xkb-data 2.35.1-1 (xkeyboard-config, MIT/X11).
 * Written by scripts/generate-locale-data.ts; do not edit.
 */
export const keyboardLayouts: readonly string[] = `
af al am ara at au az ba bd be bg br brai bt bw by ca cd ch cm cn cz de dk dz ee epo es et fi fo fr gb ge gh gn gr hr
hu id ie il in iq ir is it jp jv ke kg kh kr kz la latam lk lt lv ma mao md me mk ml mm mn mt mv my ng nl no np ph pk
pl pt ro rs ru se si sk sn sy tg th tj tm tr tw tz ua us uz vn za
`
  .trim()
  .split(/\s+/);
