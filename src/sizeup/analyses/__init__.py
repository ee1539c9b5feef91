"""Questions about networks, each answered as data: `Network` → finding."""
