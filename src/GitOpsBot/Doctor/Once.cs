namespace GitOpsBot.Doctor;

/// <summary>Something that several looks need, asked for by the first of them and once. Safe for several threads.</summary>
/// <param name="make">Makes it, within the time of whoever asks first.</param>
internal sealed class Once<T>(Func<CancellationToken, Task<T>> make)
{
    private readonly Lock door = new();
    private Task<T>? task;

    /// <summary>The thing, or what kept it from being made.</summary>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (door)
        {
            task ??= make(cancellationToken);
        }

        return task.WaitAsync(cancellationToken);
    }
}
