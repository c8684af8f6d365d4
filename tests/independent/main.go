// Checks a ledger's log over HTTP with code that nobody of this project wrote: golang.org/x/mod's
// sumdb/note and sumdb/tlog, as Debian packages them.
//
//	main PREFIX KEY [OLD...]
//
// PREFIX is the log's prefix (http://host:port/log), KEY its key (name+id+base64), OLD files with
// checkpoints that were fetched earlier. Checked are the checkpoint's signature, the inclusion of
// every entry, the consistency of every smaller tree with it, and that of each old checkpoint.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The tiles' height is fixed by C2SP tlog-tiles, whose paths leave it out.
const height = 8

type tiles struct {
	prefix string
	kept   map[string][]byte
}

func (t *tiles) get(path string) ([]byte, error) {
	if kept, ok := t.kept[path]; ok {
		return kept, nil
	}
	answer, err := http.Get(t.prefix + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	t.kept[path] = body
	return body, nil
}

func (t *tiles) Height() int { return height }

func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		data, err := t.get(path)
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

// entry reads entry n of a tree of size entries from its bundle.
func (t *tiles) entry(n, size int64) ([]byte, error) {
	tile := tlog.Tile{H: height, L: 0, N: n >> height, W: 1 << height}
	if last := size >> height; tile.N == last {
		tile.W = int(size & (1<<height - 1))
	}
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", height), "tile/entries/", 1)
	bundle, err := t.get(path)
	if err != nil {
		return nil, err
	}
	for skip := n & (1<<height - 1); ; skip-- {
		if len(bundle) < 2 {
			return nil, fmt.Errorf("%s is cut", path)
		}
		length := int(binary.BigEndian.Uint16(bundle))
		if len(bundle) < 2+length {
			return nil, fmt.Errorf("%s is cut", path)
		}
		if skip == 0 {
			return bundle[2 : 2+length], nil
		}
		bundle = bundle[2+length:]
	}
}

// open checks a checkpoint's signature and reads it.
func open(text []byte, keys note.Verifiers) (origin string, tree tlog.Tree) {
	opened, err := note.Open(text, keys)
	check("the checkpoint's signature", err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		log.Fatalf("the checkpoint has other lines than origin, size and root: %q", opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check("the checkpoint's size", err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check("the checkpoint's root", err)
	if len(root) != len(tree.Hash) {
		log.Fatalf("the checkpoint's root has %d bytes", len(root))
	}
	tree.N = size
	copy(tree.Hash[:], root)
	return lines[0], tree
}

func check(what string, err error) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("say PREFIX KEY [OLD...]")
	}
	prefix, key := os.Args[1], os.Args[2]
	verifier, err := note.NewVerifier(key)
	check("the key", err)
	keys := note.VerifierList(verifier)
	from := &tiles{prefix: prefix, kept: map[string][]byte{}}
	text, err := from.get("checkpoint")
	check("the checkpoint", err)
	origin, tree := open(text, keys)
	hashes := tlog.TileHashReader(tree, from)
	for n := int64(0); n < tree.N; n++ {
		entry, err := from.entry(n, tree.N)
		check("an entry", err)
		proof, err := tlog.ProveRecord(tree.N, n, hashes)
		check("a proof of inclusion", err)
		leaf := tlog.RecordHash(entry)
		check(fmt.Sprintf("entry %d", n), tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf))
	}
	for n := int64(1); n <= tree.N; n++ {
		root, err := tlog.TreeHash(n, hashes)
		check("a smaller tree", err)
		consistent(tree, tlog.Tree{N: n, Hash: root}, hashes)
	}
	for _, path := range os.Args[3:] {
		text, err := os.ReadFile(path)
		check("an old checkpoint", err)
		earlier, old := open(text, keys)
		if earlier != origin || old.N > tree.N {
			log.Fatalf("%s is of %s with %d entries, not before %s with %d", path, earlier, old.N, origin, tree.N)
		}
		if old.N > 0 {
			consistent(tree, old, hashes)
		}
	}
	if tree.N == 0 {
		log.Fatal("the log is empty: nothing was checked")
	}
	fmt.Printf("%s: signature, %d entries, %d smaller trees, %d old checkpoints, %d files\n",
		origin, tree.N, tree.N, len(os.Args)-3, len(from.kept))
}

func consistent(tree, old tlog.Tree, hashes tlog.HashReader) {
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	check("a proof of consistency", err)
	check(fmt.Sprintf("the tree of %d", old.N), tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
}
