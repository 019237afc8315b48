import { EXIT, Failure } from '../exit.ts'
import type { Invocation, Outcome } from '../invocation.ts'

/** Each asks `tokenidp __complete` with the words up to the cursor, and reads a name and what it means from each line. */
const SCRIPTS: ReadonlyMap<string, string> = new Map([
  [
    'bash',
    `# in ~/.bashrc: source <(tokenidp completion bash)
_tokenidp() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default
    else
      COMPREPLY+=("\${line%%$'\\t'*}")
    fi
  done < <("$1" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _tokenidp tokenidp
`,
  ],
  [
    'zsh',
    `#compdef tokenidp
# in ~/.zshrc, after compinit: source <(tokenidp completion zsh)
_tokenidp() {
  local line files
  local -a found
  for line in "\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :files) files=1 ;;
      ?*) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (( $#found )) && _describe -V tokenidp found
  [[ -n $files ]] && _files
}
compdef _tokenidp tokenidp
`,
  ],
  [
    'fish',
    `# tokenidp completion fish > ~/.config/fish/completions/tokenidp.fish
function __tokenidp_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in ($program __complete -- $words "$current" 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c tokenidp -f -a '(__tokenidp_complete)'
`,
  ],
  [
    'pwsh',
    `# in $PROFILE: tokenidp completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName tokenidp -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    if ($wordToComplete -eq '') { $words += '' }
    & tokenidp __complete '--' @words 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
        $name, $meaning = $_ -split "\`t", 2
        if (-not $meaning) { $meaning = $name }
        [System.Management.Automation.CompletionResult]::new($name, $name, 'ParameterValue', $meaning)
    }
}
`,
  ],
])

/** What a shell reads at its start, so that it can complete. */
export async function completion(
  _invocation: Invocation,
  _flags: unknown,
  shell: string,
): Promise<Outcome> {
  const script = SCRIPTS.get(shell)
  if (script === undefined)
    throw new Failure(
      EXIT.usage,
      `"${shell}" is not a shell that tokenidp knows`,
      `use ${[...SCRIPTS.keys()].join(', ')}`,
    )
  return { exit: EXIT.ok, kind: 'Completion', body: { shell, script }, text: script }
}
