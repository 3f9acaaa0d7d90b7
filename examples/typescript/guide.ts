// Prints a guide and its contents, with types made from the API's own description:
//
//     npm ci && npm run types && npm run build && node guide.js https://compendium.example ar
//
// A member that the API doesn't have, or a parameter that it doesn't know, is an error of the compiler here.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Node = components["schemas"]["ContentsNode"];
type Locale = Node["locale"];

function outline(node: Node, wanted: Locale, indent = ""): string[] {
  const other = node.locale === wanted ? "" : ` [${node.locale}]`; // stands in for a translation that isn't there yet
  return [
    `${indent}${node.number} ${node.title}${other}`,
    ...node.children.flatMap((child) => outline(child, wanted, `${indent}  `)),
  ];
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

const [baseUrl, locale = "en"] = process.argv.slice(2);
if (!baseUrl) fail("usage: node guide.js SITE [LOCALE]");
const client = createClient<paths>({ baseUrl });

const list = await client.GET("/api/v2/pages/", {
  params: { query: { type: "guides.GuidePage", locale: locale as Locale, limit: 1 } },
});
if (list.error) fail(`${list.error.code}: ${list.error.detail}`);
const id = list.data.items[0]?.id;
if (id === undefined) fail(`There is no guide in ${locale}.`);

const params = { path: { page_id: id } };
const [page, contents] = await Promise.all([
  client.GET("/api/v2/pages/{page_id}/", { params }),
  client.GET("/api/v2/pages/{page_id}/contents/", { params }),
]);
if (page.error) fail(`${page.error.code}: ${page.error.detail}`);
if (contents.error) fail(`${contents.error.code}: ${contents.error.detail}`);

const guide = page.data;
// Of all types of pages only guides have this: from here on the compiler knows the rest of its members.
if (!("module_number" in guide)) fail(`${guide.meta.type} is no guide.`);
console.log(`${guide.title} (version ${guide.meta.version})`);
if (guide.cover) console.log(`Cover: ${guide.cover.alt}, ${guide.cover.renditions.length} renditions`);
for (const child of contents.data.contents.children) {
  console.log(outline(child, guide.meta.locale).join("\n"));
}
