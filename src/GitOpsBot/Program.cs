using System.Runtime.InteropServices;
using GitOpsBot.Commands;
using GitOpsBot.Hosting;
using GitOpsBot.Reconciliation;

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var application = new Application(StepProbe.FromEnvironment(Terminal.OfProcess().Variables), TimeProvider.System);
return await CommandLine.RunAsync(args, Terminal.OfProcess(), application.Actions, stop.Token);

// What runs is told to stop, and ends by itself: a second signal is the operating system's own.
void Stop(PosixSignalContext context)
{
    context.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
