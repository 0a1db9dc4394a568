/** What the window's page may load and run: its own files, and what carries the nonce; and what it shows of objects. */
import { objectScheme, pdfOrigin } from '../shared/previews.ts';

/** `styles`: nonce of the <style> elements that libraries make; `scripts`: of inline scripts, which only development has. */
export function contentPolicy({ styles, scripts }: { styles: string; scripts?: string }): string {
  return [
    "default-src 'none'",
    `script-src 'self'${scripts === undefined ? '' : ` 'nonce-${scripts}'`}`,
    `style-src 'self' 'nonce-${styles}'`,
    `img-src 'self' data: ${objectScheme}:`,
    `media-src ${objectScheme}:`,
    `frame-src ${pdfOrigin}`,
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
