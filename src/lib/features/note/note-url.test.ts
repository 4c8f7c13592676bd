import { expect, it } from 'vitest';
import { safeUrl } from './note-url.ts';

it.each([
	['https://muster.example/a?b=c#d', 'https://muster.example/a?b=c#d'],
	['  www.muster.example ', 'https://www.muster.example'],
	['muster.example/angebot', 'https://muster.example/angebot'],
	['localhost:8080', undefined],
	['muster.example:8080/a', 'https://muster.example:8080/a'],
	['anna@muster.example', 'mailto:anna@muster.example'],
	['mailto:anna@muster.example', 'mailto:anna@muster.example'],
	['tel:+4930123456', 'tel:+4930123456'],
	['javascript:alert(1)', undefined],
	['JavaScript:alert(1)', undefined],
	['java\nscript:alert(1)', undefined],
	['\u0001javascript:alert(1)', undefined],
	['java\tscript:alert(1)', undefined],
	['data:text/html,<script>alert(1)</script>', undefined],
	['vbscript:x', undefined],
	['blob:https://muster.example/1', undefined],
	['file:///etc/passwd', undefined],
	['', undefined],
	['   ', undefined],
	['https://', undefined]
])('%j leads to %j', (typed, url) => {
	expect(safeUrl(typed)).toBe(url);
});
