using GitOpsBot.Benchmarks;

return await Entry.RunAsync(args, Console.In, Console.Out, Console.Error);
