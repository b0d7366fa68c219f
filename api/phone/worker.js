// Keeps the page of the watch on the phone, so that it opens without a network. What it asks the API is never kept.
const CACHE = "bearwatch-watch-$version";
const FILES = ["/watch", "/watch/page.css", "/watch/page.js"];

self.addEventListener("install", (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => names.filter((name) => name.startsWith("bearwatch-watch-") && name !== CACHE));
  event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const asked = new URL(event.request.url);
  if (event.request.method !== "GET" || asked.origin !== location.origin || !FILES.includes(asked.pathname)) return;
  event.respondWith(caches.open(CACHE).then((cache) => cache.match(asked.pathname)).then((kept) => kept ?? fetch(event.request)));
});
