#!/bin/bash
# Makes types from the API's description, compiles examples/typescript/guide.ts against them, and leaves guide.js with what it needs
# in the folder that is given (the browser tests run it against the demo). Nothing is written into the tree.
set -eu
INTO=${1:?usage: .ci/typescript.sh FOLDER}
cd "$(dirname "$0")/.."
if ! command -v npm >/dev/null; then
    echo "The TypeScript example is skipped: there is no npm here (Debian: apt-get install npm)."
    exit 0
fi
mkdir -p "$INTO"
cp examples/typescript/{package.json,package-lock.json,tsconfig.json,guide.ts} tests/rest/openapi.json "$INTO"
cd "$INTO"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
DESCRIPTION=openapi.json npm run --silent types
npm run --silent build
