// Checks a log that was exported as a folder, with the tree and notes of Go's checksum database
// (golang.org/x/mod/sumdb) and none of our own code: a second opinion for tests.
//
//	checker -policy FILE [-old-checkpoint FILE] [-proof FILE] FOLDER
//
// It has no ML-DSA: of such a line it asks that it is there, under its name and key id. Everything
// else in the folder is checked to the last byte, and no other file may be there.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height    = 8
	width     = 1 << height
	typeNote  = 1
	typeCosig = 4
	typeMLDSA = 6
	proofHead = "c2sp.org/tlog-proof@v1"
)

// A key is a line of the policy.
type key struct {
	name, member string
	hash         uint32
	kind         byte
	public       []byte
	log          bool
}

type policy struct {
	keys    []key
	groups  map[string][]string
	needed  map[string]int
	quorum  string
	content []byte
}

type checkpoint struct {
	origin string
	size   int64
	root   tlog.Hash
}

func main() {
	policyFile := flag.String("policy", "", "the pinned policy")
	oldFile := flag.String("old-checkpoint", "", "an older head that must be a beginning")
	proofFile := flag.String("proof", "", "a .tlog-proof of one entry")
	flag.Parse()
	if err := check(*policyFile, *oldFile, *proofFile, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "refused:", err)
		os.Exit(1)
	}
	fmt.Println("accepted")
}

func check(policyFile, oldFile, proofFile, folder string) error {
	pinned, err := readPolicy(policyFile)
	if err != nil {
		return err
	}
	files, err := readFolder(folder)
	if err != nil {
		return err
	}
	if !bytes.Equal(files["policy"], pinned.content) {
		return errors.New("policy: not the pinned one")
	}
	head, err := pinned.open(files["checkpoint"])
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	delete(files, "policy")
	delete(files, "checkpoint")
	hashes, entries, err := rebuild(files, head)
	if err != nil {
		return err
	}
	if err := checkTiles(files, head, hashes); err != nil {
		return err
	}
	if len(files) > 0 {
		return fmt.Errorf("%d files that no tree of this size has", len(files))
	}
	if oldFile != "" {
		if err := checkOlder(pinned, oldFile, head, hashes); err != nil {
			return fmt.Errorf("old checkpoint: %w", err)
		}
	}
	if proofFile != "" {
		if err := checkProof(pinned, proofFile, entries); err != nil {
			return fmt.Errorf("proof: %w", err)
		}
	}
	return nil
}

func readFolder(folder string) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		files[filepath.ToSlash(name)] = content
		return err
	})
	return files, err
}

// rebuild takes the entries out of their bundles and makes the whole tree of them anew.
func rebuild(files map[string][]byte, head checkpoint) ([]tlog.Hash, [][]byte, error) {
	var hashes []tlog.Hash
	var entries [][]byte
	for n := int64(0); n*width < head.size; n++ {
		tile := tlog.Tile{H: height, L: 0, N: n, W: int(min(head.size-n*width, width))}
		path := strings.Replace(pathOf(tile), "tile/0/", "tile/entries/", 1)
		found, err := entriesIn(files[path])
		if err != nil || len(found) != tile.W {
			return nil, nil, fmt.Errorf("%s: expected %d entries", path, tile.W)
		}
		delete(files, path)
		for _, entry := range found {
			more, err := tlog.StoredHashes(int64(len(entries)), entry, reader(hashes))
			if err != nil {
				return nil, nil, err
			}
			hashes, entries = append(hashes, more...), append(entries, entry)
		}
	}
	root, err := tlog.TreeHash(head.size, reader(hashes))
	if err != nil || root != head.root {
		return nil, nil, errors.New("the entries have another root than the checkpoint")
	}
	return hashes, entries, nil
}

func checkTiles(files map[string][]byte, head checkpoint, hashes []tlog.Hash) error {
	all := tlog.NewTiles(height, 0, head.size)
	for place, tile := range all {
		// Some versions of the library name every width that a partial tile once had.
		if place+1 < len(all) && all[place+1].L == tile.L && all[place+1].N == tile.N {
			continue
		}
		data, err := tlog.ReadTileData(tile, reader(hashes))
		if err != nil {
			return err
		}
		if !bytes.Equal(files[pathOf(tile)], data) {
			return fmt.Errorf("%s: other hashes than those of its entries", pathOf(tile))
		}
		delete(files, pathOf(tile))
	}
	return nil
}

func checkOlder(pinned policy, file string, head checkpoint, hashes []tlog.Hash) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	old, err := pinned.open(content)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(head.size, old.size, reader(hashes))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, head.size, head.root, old.size, old.root)
}

func checkProof(pinned policy, file string, entries [][]byte) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	top, signed, found := strings.Cut(string(content), "\n\n")
	lines := strings.Split(top, "\n")
	if !found || len(lines) < 2 || lines[0] != proofHead || !strings.HasPrefix(lines[1], "index ") {
		return errors.New("expected a head, an index, hashes, a checkpoint")
	}
	index, err := number(strings.TrimPrefix(lines[1], "index "))
	if err != nil || index >= int64(len(entries)) {
		return errors.New("the index is none of this tree")
	}
	head, err := pinned.open([]byte(signed))
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := hashOf(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	return tlog.CheckRecord(proof, head.size, head.root, index, tlog.RecordHash(entries[index]))
}

func readPolicy(file string) (policy, error) {
	content, err := os.ReadFile(file)
	read := policy{groups: map[string][]string{}, needed: map[string]int{}, content: content}
	if err != nil {
		return read, err
	}
	for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		case len(words) >= 2 && words[0] == "log":
			err = read.add(words[1], "")
		case len(words) >= 3 && words[0] == "witness":
			err = read.add(words[2], words[1])
		case len(words) >= 4 && words[0] == "group":
			read.groups[words[1]] = words[3:]
			read.needed[words[1]], err = strconv.Atoi(words[2])
		case len(words) == 2 && words[0] == "quorum":
			read.quorum = words[1]
		default:
			err = fmt.Errorf("policy: %q", line)
		}
		if err != nil {
			return read, err
		}
	}
	return read, nil
}

func (p *policy) add(vkey, member string) error {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return errors.New("policy: expected name+id+key")
	}
	data, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(data) < 2 {
		return errors.New("policy: a key in base64")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
	if fmt.Sprintf("%x", sum[:4]) != parts[1] {
		return errors.New("policy: a key id that is not the key's")
	}
	p.keys = append(p.keys, key{
		name: parts[0], member: member, hash: binary.BigEndian.Uint32(sum[:4]),
		kind: data[0], public: data[1:], log: member == "",
	})
	return nil
}

// open verifies a note: of each kind a key of the log has signed, and enough of the witnesses.
func (p *policy) open(content []byte) (checkpoint, error) {
	var known []note.Verifier
	for _, one := range p.keys {
		if one.kind != typeMLDSA {
			known = append(known, one)
		}
	}
	opened, err := note.Open(content, note.VerifierList(known...))
	if err != nil {
		return checkpoint{}, err
	}
	if err := canonical(content, opened); err != nil {
		return checkpoint{}, err
	}
	present := map[string]bool{}
	kinds := map[byte]bool{}
	for _, one := range p.keys {
		signed := has(opened, one)
		if one.log {
			kinds[one.kind] = kinds[one.kind] || signed
		}
		present[one.member] = signed
	}
	for _, signed := range kinds {
		if !signed {
			return checkpoint{}, errors.New("a key of the log has not signed")
		}
	}
	if p.quorum != "none" && !p.enough(p.quorum, present) {
		return checkpoint{}, errors.New("too few witnesses")
	}
	return parse(opened.Text)
}

func (p *policy) enough(name string, present map[string]bool) bool {
	members, isGroup := p.groups[name]
	if !isGroup {
		return present[name]
	}
	count := 0
	for _, member := range members {
		if p.enough(member, present) {
			count++
		}
	}
	return count >= p.needed[name]
}

func has(opened *note.Note, one key) bool {
	for _, line := range append(opened.Sigs, opened.UnverifiedSigs...) {
		if line.Name == one.name && line.Hash == one.hash {
			return true
		}
	}
	return false
}

// canonical refuses what decodes alike but is written otherwise: of each note there is one form.
func canonical(content []byte, opened *note.Note) error {
	lines := strings.Split(strings.TrimSuffix(string(content[len(opened.Text)+1:]), "\n"), "\n")
	if len(lines) != len(opened.Sigs)+len(opened.UnverifiedSigs) {
		return errors.New("a signature line that counts for nothing")
	}
	for _, line := range lines {
		words := strings.Split(line, " ")
		if len(words) != 3 {
			return errors.New("a signature line of another form")
		}
		if _, err := base64.StdEncoding.Strict().DecodeString(words[2]); err != nil {
			return err
		}
	}
	return nil
}

func parse(text string) (checkpoint, error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != 3 {
		return checkpoint{}, errors.New("expected origin, size and root")
	}
	size, err := number(lines[1])
	if err != nil {
		return checkpoint{}, err
	}
	root, err := hashOf(lines[2])
	return checkpoint{origin: lines[0], size: size, root: root}, err
}

func number(text string) (int64, error) {
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || value < 0 || strconv.FormatInt(value, 10) != text {
		return 0, errors.New("expected a decimal number")
	}
	return value, nil
}

func hashOf(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(data) != tlog.HashSize || len(text) != 44 {
		return hash, errors.New("expected a hash in base64")
	}
	copy(hash[:], data)
	return hash, nil
}

func entriesIn(data []byte) ([][]byte, error) {
	var found [][]byte
	for len(data) > 0 {
		if len(data) < 2 {
			return nil, errors.New("a length that is cut off")
		}
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			return nil, errors.New("an entry that is cut off")
		}
		found, data = append(found, data[2:2+length]), data[2+length:]
	}
	return found, nil
}

// pathOf is a tile's path without the height, which C2SP has fixed.
func pathOf(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
}

func reader(hashes []tlog.Hash) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for place, index := range indexes {
			if index >= int64(len(hashes)) {
				return nil, errors.New("a hash that is not there")
			}
			found[place] = hashes[index]
		}
		return found, nil
	})
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func (k key) Name() string    { return k.name }
func (k key) KeyHash() uint32 { return k.hash }

// Verify checks a log's Ed25519 signature, or a witness's with its time before it.
func (k key) Verify(message, signature []byte) bool {
	if k.kind == typeCosig && len(signature) == 8+ed25519.SignatureSize {
		time := binary.BigEndian.Uint64(signature)
		message = append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), message...)
		return ed25519.Verify(k.public, message, signature[8:])
	}
	return k.kind == typeNote && len(signature) == ed25519.SignatureSize &&
		ed25519.Verify(k.public, message, signature)
}
