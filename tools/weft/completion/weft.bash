# bash completion for weft(1): commands, options, .weft files, and the services and methods of the file of --idl.
_weft()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} i idl="" options
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "call describe ping serve-echo --help --version" -- "$cur")
        return
    fi
    case $prev in
    --idl) mapfile -t COMPREPLY < <(compgen -f -X '!*.weft' -- "$cur"; compgen -d -- "$cur"); return ;;
    -I) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
    -t | --timeout | -w | --wait | -i | --interval) mapfile -t COMPREPLY < <(compgen -W "100ms 1s 10s 1m never" -- "$cur"); return ;;
    esac
    case $command in
    call) options="--idl -I --timeout --wait --metadata --json --help" ;;
    describe) options="--idl -I --timeout --wait --json --help" ;;
    ping) options="--count --interval --timeout --wait --json --help" ;;
    *) options="--help" ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
        return
    fi
    for ((i = 2; i < COMP_CWORD; i++)); do
        [ "${COMP_WORDS[i]}" = --idl ] && idl=${COMP_WORDS[i+1]}
    done
    if [[ -n $idl && ($command == call || $command == describe) ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(weft describe --idl "$idl" 2>/dev/null |
            sed -n 's/^service \(.*\) {$/\1/; t keep; s/^  \([a-z0-9_]*\)(.*/\1/; t method; d
                    :keep
                    h; p; d
                    :method
                    G; s|\(.*\)\n\(.*\)|\2/\1|; p')" -- "$cur")
    fi
}
complete -o default -F _weft weft
