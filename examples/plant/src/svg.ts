/** Text for a picture: what stands in a document of XML as it is. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

export interface TextOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly weight?: 'normal' | 'bold';
  readonly size?: number;
  readonly fill?: string;
}

export function textAt(x: number, y: number, text: string, options: TextOptions = {}): string {
  const { anchor = 'start', weight = 'normal', size = 13, fill = '#1f2933' } = options;
  const style = `text-anchor="${anchor}" font-weight="${weight}" font-size="${size}" fill="${fill}"`;
  return `<text x="${x}" y="${y}" ${style}>${escapeXml(text)}</text>`;
}

/** A picture on white paper, with what a screen reader says of it. */
export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  const box = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" font-family="system-ui, sans-serif">
<title>${escapeXml(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`;
}
