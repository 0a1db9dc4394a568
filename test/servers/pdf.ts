/** A PDF of one page in one colour; all of it is a link, and it brings a script. ISO 32000-1, 7.5 */

/** `colour`: red, green and blue, from 0 to 1; `link`: an absolute URL */
export function pdf(colour: readonly [number, number, number], link: string): Buffer {
  const page = `${colour.join(' ')} rg 0 0 595 842 re f`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL\\("https://example.org/"\\);)>>>>',
    '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>/Annots[5 0 R]>>',
    `<</Length ${page.length}>>stream\n${page}\nendstream`,
    `<</Type/Annot/Subtype/Link/Rect[0 0 595 842]/A<</S/URI/URI(${link})>>>>`,
  ];
  let text = '%PDF-1.7\n';
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}`;
  const trailer = `trailer<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text + table + trailer, 'latin1');
}
