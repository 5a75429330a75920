namespace GitOpsBot.Core.Documents;

/// <summary>One thing that is wrong in a file, said so that a person can mend it.</summary>
/// <param name="File">The file, relative to the folder or repository that was read, with forward slashes; empty when no file is at fault.</param>
/// <param name="Line">Line, counted from 1; 0 when the whole file is meant.</param>
/// <param name="Column">Column in characters, counted from 1; 0 when the whole line is meant.</param>
/// <param name="Message">One sentence without the place.</param>
public sealed record Problem(string File, int Line, int Column, string Message)
{
    /// <summary><c>FILE:LINE:COLUMN: message</c>, as editors and terminals link it.</summary>
    public override string ToString() => File.Length == 0 ? Message : $"{Shown.Plain(File)}:{Line}:{Column}: {Message}";
}
